# The formula of a tap: `brew install driftlint/tap/driftlint`. `packaging/fill.sh` puts the release and the checksums of
# its binaries in the place of the words between at signs; the release workflow hands the result on with the binaries.
class Driftlint < Formula
  desc "Schema-drift linter and pre-commit validator for SQL migrations"
  homepage "https://github.com/driftlint/driftlint"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/driftlint/driftlint/releases/download/v@VERSION@/driftlint-aarch64-apple-darwin.tar.gz"
      sha256 "@aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/driftlint/driftlint/releases/download/v@VERSION@/driftlint-x86_64-apple-darwin.tar.gz"
      sha256 "@x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/driftlint/driftlint/releases/download/v@VERSION@/driftlint-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/driftlint/driftlint/releases/download/v@VERSION@/driftlint-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "driftlint"
    generate_completions_from_executable(bin/"driftlint", "completions")
    system bin/"driftlint", "man", "--output", "man1"
    man1.install Dir["man1/*.1"]
  end

  test do
    (testpath/"migrations/0001_init.sql").write "CREATE TABLE t (id int PRIMARY KEY);\n"
    assert_match "checked 1 migration: no problems", shell_output("#{bin}/driftlint check")
  end
end
