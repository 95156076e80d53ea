//! system.serviceModel as written and as .NET runs it, for wcf2grpc.
