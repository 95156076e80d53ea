//! XML in which every name and value knows its place, for wcf2grpc.
