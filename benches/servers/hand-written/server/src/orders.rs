//! The handler.

use tonic::{Request, Response, Status};

use crate::shop_v1::{PlaceRequest, PlaceResponse, orders_server};

/// Takes orders.
#[derive(Clone, Debug, Default)]
pub struct Orders;

#[tonic::async_trait]
impl orders_server::Orders for Orders {
    async fn place(&self, request: Request<PlaceRequest>) -> Result<Response<PlaceResponse>, Status> {
        let PlaceRequest { customer, article, count } = request.into_inner();
        let result = format!("{}/{article}/{count}", customer.unwrap_or_default());
        Ok(Response::new(PlaceResponse { result: Some(result) }))
    }
}
