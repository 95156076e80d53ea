//! The published, versioned shape of what wcf2grpc reports.
