//! What a WCF endpoint really protects and the plan that keeps it, for wcf2grpc.
