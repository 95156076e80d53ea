"""A gRPC client that shares nothing with ours: grpcio, with stubs made by grpcio-tools from the generated protos.

Started with the folder of the protos. Reads attempts from standard input, one JSON object a line, and answers each
with one line on standard output before it reads the next, so that whoever asks can look at the server in between:

    {"name": "...", "address": "127.0.0.1:1234", "service": "package.Service", "method": "Method", "request": {...},
     "tls": null or {"roots": "file", "certificate": "file or null", "key": "file or null", "server_name": "..."},
     "basic": null or {"user": "...", "password": "..."}, "bearer": null or "token",
     "authorization": null or the whole value}

    {"name": "...", "accepted": true, "code": "OK", "details": "", "response": {...}, "milliseconds": 3.2}

An attempt is accepted when the server answered with status OK. Whether a refused call reached a handler is for the
caller to find out; this program only says what a foreign client sees.
"""

import base64
import json
import os
import sys
import tempfile
import time

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc

DEADLINE_SECONDS = 10.0


def compile_protos(folder, descriptors):
    """Compiles every proto under the folder with the reference compiler and returns a pool of them."""
    sources = sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith(".proto")
    )
    if not sources:
        raise SystemExit("no .proto under " + folder)
    well_known = os.path.join(os.path.dirname(protoc.__file__), "_proto")
    status = protoc.main(
        ["protoc", "-I" + folder, "-I" + well_known, "--include_imports", "--descriptor_set_out=" + descriptors] + sources
    )
    if status != 0:
        raise SystemExit("protoc refuses the generated protos")
    with open(descriptors, "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


def read_or_none(path):
    if path is None:
        return None
    with open(path, "rb") as file:
        return file.read()


def open_channel(attempt):
    tls = attempt.get("tls")
    if tls is None:
        # Over a Unix socket grpcio would send the socket's path as the authority, which HTTP/2 servers refuse.
        options = [("grpc.default_authority", "localhost")] if attempt["address"].startswith("unix:") else []
        return grpc.insecure_channel(attempt["address"], options)
    credentials = grpc.ssl_channel_credentials(
        root_certificates=read_or_none(tls["roots"]),
        private_key=read_or_none(tls.get("key")),
        certificate_chain=read_or_none(tls.get("certificate")),
    )
    options = [("grpc.ssl_target_name_override", tls["server_name"]), ("grpc.default_authority", tls["server_name"])]
    return grpc.secure_channel(attempt["address"], credentials, options)


def metadata_of(attempt):
    basic = attempt.get("basic")
    bearer = attempt.get("bearer")
    if attempt.get("authorization") is not None:
        return (("authorization", attempt["authorization"]),)
    if bearer is not None:
        return (("authorization", "Bearer " + bearer),)
    if basic is None:
        return ()
    pair = "{}:{}".format(basic["user"], basic["password"]).encode("utf-8")
    return (("authorization", "Basic " + base64.b64encode(pair).decode("ascii")),)


def try_once(pool, attempt):
    service = pool.FindServiceByName(attempt["service"])
    method = service.FindMethodByName(attempt["method"])
    if method is None:
        raise SystemExit("no method {} in {}".format(attempt["method"], attempt["service"]))
    request_class = message_factory.GetMessageClass(method.input_type)
    response_class = message_factory.GetMessageClass(method.output_type)
    request = json_format.ParseDict(attempt.get("request", {}), request_class())
    result = {"name": attempt["name"], "response": None}
    started = time.monotonic()
    with open_channel(attempt) as channel:
        call = channel.unary_unary(
            "/{}/{}".format(attempt["service"], attempt["method"]),
            request_serializer=request_class.SerializeToString,
            response_deserializer=response_class.FromString,
        )
        try:
            response = call(request, timeout=DEADLINE_SECONDS, metadata=metadata_of(attempt))
        except grpc.RpcError as error:
            result.update(accepted=False, code=error.code().name, details=error.details())
        else:
            result.update(
                accepted=True,
                code="OK",
                details="",
                response=json_format.MessageToDict(response, preserving_proto_field_name=True),
            )
    result["milliseconds"] = round((time.monotonic() - started) * 1000, 1)
    return result


def main():
    with tempfile.TemporaryDirectory() as folder:
        pool = compile_protos(sys.argv[1], os.path.join(folder, "descriptors"))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(try_once(pool, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
