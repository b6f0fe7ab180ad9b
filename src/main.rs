//! The `driftlint` binary: arguments in, exit code out.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// The work is done on a thread with a large stack, and glibc gives a second thread an arena of its
/// own, which it grows and shrinks by `mprotect`: 600 calls and 28 % of the instructions of `drift`
/// on 434 migrations. mimalloc takes a fifth off the CPU time (65 ms to 51 ms, paired, 30 runs) for
/// 5 MiB more memory at the peak. Measure again before changing it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// SQL nests as deeply as its author likes, and parsers recurse. Only the pages that are used cost
/// memory.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let work = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(|| driftlint::cli::main(std::env::args_os()));
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => status.into(),
        // The panic has been printed, or the system has no memory for a thread: in either case
        // nothing was judged.
        Ok(Err(_)) | Err(_) => ExitCode::from(2),
    }
}
