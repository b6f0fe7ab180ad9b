// Starts `driftlint lsp` and lets VS Code speak with it.
"use strict";

const { existsSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

/** The binary that the settings name, the project's own, or the one on the path. */
function binary() {
  const configured = vscode.workspace.getConfiguration("driftlint").get("path");
  if (configured) return configured;
  const { platform, arch } = process;
  const file = platform === "win32" ? "driftlint.exe" : "driftlint";
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const libc of ["", "-musl"]) {
      const own = join(folder.uri.fsPath, "node_modules", "@driftlint", `${platform}-${arch}${libc}`, file);
      if (vscode.workspace.isTrusted && existsSync(own)) return own;
    }
  }
  return file;
}

/** @type {LanguageClient | undefined} */
let client;

async function start() {
  const server = { command: binary(), args: ["lsp"], transport: TransportKind.stdio };
  const languages = ["sql", "prisma", "typescript", "javascript"];
  client = new LanguageClient("driftlint", "driftlint", server, {
    documentSelector: [
      ...languages.map((language) => ({ scheme: "file", language })),
      { scheme: "file", pattern: "**/*.{sql,prisma}" },
    ],
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(
      `driftlint: ${server.command} cannot be started: ${error.message}. Install it, or set driftlint.path.`,
    );
  }
}

exports.activate = async (context) => {
  const restart = async () => {
    await client?.stop();
    await start();
  };
  context.subscriptions.push(vscode.commands.registerCommand("driftlint.restart", restart));
  await start();
};

exports.deactivate = () => client?.stop();
