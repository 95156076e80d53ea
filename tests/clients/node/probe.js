"use strict";
/*
 * A gRPC client that shares nothing with ours: @grpc/grpc-js, with the generated protos read by @grpc/proto-loader.
 *
 * Started with the folder of the protos. Speaks as `../python/probe.py` does: one attempt a line as JSON on standard input,
 * one answer a line on standard output before the next is read.
 *
 *     {"name": "...", "address": "127.0.0.1:1234", "service": "package.Service", "method": "Method", "request": {...},
 *      "tls": null or {"roots": "file", "certificate": "file or null", "key": "file or null", "server_name": "..."},
 *      "basic": null or {"user": "...", "password": "..."}, "bearer": null or "token",
 *      "authorization": null or the whole value}
 *
 *     {"name": "...", "accepted": true, "code": "OK", "details": "", "response": {...}, "milliseconds": 3.2}
 */

const fs = require("node:fs");
const readline = require("node:readline");

const grpc = require("@grpc/grpc-js");
const protoLoader = require("@grpc/proto-loader");

const DEADLINE_MILLISECONDS = 10000;

function protosUnder(folder) {
  const found = fs
    .readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".proto"))
    .sort();
  if (found.length === 0) {
    throw new Error(`no .proto under ${folder}`);
  }
  return found;
}

function load(folder) {
  return protoLoader.loadSync(protosUnder(folder), {
    includeDirs: [folder],
    keepCase: true,
    longs: String,
    enums: String,
    defaults: false,
    oneofs: true,
  });
}

function readOrNull(file) {
  return file ? fs.readFileSync(file) : null;
}

function credentialsOf(tls) {
  if (!tls) {
    return grpc.credentials.createInsecure();
  }
  return grpc.credentials.createSsl(readOrNull(tls.roots), readOrNull(tls.key), readOrNull(tls.certificate));
}

function optionsOf(attempt) {
  // A channel of its own for each attempt: a shared one would show how an earlier handshake ended. One refusal is enough.
  const options = { "grpc.use_local_subchannel_pool": 1, "grpc.enable_retries": 0 };
  if (attempt.tls) {
    options["grpc.ssl_target_name_override"] = attempt.tls.server_name;
    options["grpc.default_authority"] = attempt.tls.server_name;
  }
  return options;
}

function metadataOf(attempt) {
  const metadata = new grpc.Metadata();
  if (attempt.authorization) {
    metadata.set("authorization", attempt.authorization);
  } else if (attempt.basic) {
    const pair = Buffer.from(`${attempt.basic.user}:${attempt.basic.password}`, "utf8");
    metadata.set("authorization", `Basic ${pair.toString("base64")}`);
  } else if (attempt.bearer) {
    metadata.set("authorization", `Bearer ${attempt.bearer}`);
  }
  return metadata;
}

function tryOnce(definitions, attempt) {
  const method = (definitions[attempt.service] || {})[attempt.method];
  if (!method) {
    throw new Error(`no method ${attempt.method} in ${attempt.service}`);
  }
  const started = process.hrtime.bigint();
  return new Promise((resolve) => {
    const client = new grpc.Client(attempt.address, credentialsOf(attempt.tls), optionsOf(attempt));
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      attempt.request || {},
      metadataOf(attempt),
      { deadline: Date.now() + DEADLINE_MILLISECONDS },
      (error, response) => {
        client.close();
        const milliseconds = Math.round(Number(process.hrtime.bigint() - started) / 1e5) / 10;
        resolve({
          name: attempt.name,
          accepted: !error,
          code: error ? grpc.status[error.code] : "OK",
          details: error ? error.details : "",
          response: error ? null : response,
          milliseconds,
        });
      },
    );
  });
}

async function main() {
  const definitions = load(process.argv[2]);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const answer = await tryOnce(definitions, JSON.parse(line));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

main();
