//! WCF contracts from C# and WSDL, for wcf2grpc.
