# nix run github:driftlint/driftlint -- check
{
  description = "Schema-drift linter and pre-commit validator for SQL migrations";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      manifest = (builtins.fromTOML (builtins.readFile ./Cargo.toml)).package;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = manifest.name;
          version = manifest.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          nativeBuildInputs = [
            pkgs.installShellFiles
            pkgs.makeWrapper
          ];
          # They start servers and ask git and pre-commit; `./test` runs them.
          doCheck = false;
          postInstall = ''
            installShellCompletion --cmd driftlint \
              --bash <($out/bin/driftlint completions bash) \
              --zsh <($out/bin/driftlint completions zsh) \
              --fish <($out/bin/driftlint completions fish)
            $out/bin/driftlint man --output man1
            installManPage man1/*.1
            # git reads the repositories that libgit2 cannot.
            wrapProgram $out/bin/driftlint --suffix PATH : ${pkgs.lib.makeBinPath [ pkgs.git ]}
          '';
          meta = {
            description = manifest.description;
            homepage = manifest.repository;
            license = [
              pkgs.lib.licenses.mit
              pkgs.lib.licenses.asl20
            ];
            mainProgram = manifest.name;
          };
        };
      });

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.default ];
          packages = [
            pkgs.clippy
            pkgs.rustfmt
          ];
        };
      });

      formatter = each (pkgs: pkgs.nixfmt-rfc-style);
    };
}
