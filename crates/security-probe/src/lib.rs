//! Hostile and friendly clients that prove a running server, for wcf2grpc.
