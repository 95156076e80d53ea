//! `Orders` over mutual TLS with a password in every call, written by hand with tonic and tokio-rustls.
//!
//! The settings are environment variables: `ADDRESS`, `CERTIFICATE`, `KEY`, `CLIENT_AUTHORITIES`, `CLIENT_REVOCATION_LISTS`,
//! `PASSWORDS`.

mod accept;
mod auth;
mod orders;
mod shop_v1;
mod tls;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use shop_v1::orders_server::OrdersServer;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::{Layer as _, ServiceBuilder};
use tracing::{info, info_span, level_filters::LevelFilter};
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Largest message, in bytes.
const MESSAGE: usize = 1024 * 1024;

/// Calls at a time.
const CALLS: usize = 1000;

fn setting(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let levels = Targets::new().with_default(LevelFilter::WARN).with_target("orders_server", LevelFilter::INFO);
    tracing_subscriber::registry().with(fmt::layer().with_writer(std::io::stderr)).with(levels).init();

    let tls = Arc::new(tls::configuration()?);
    let passwords = Arc::new(auth::Passwords::read(&setting("PASSWORDS")?)?);
    let listener = TcpListener::bind(setting("ADDRESS")?).await?;
    info!(listener = "orders", address = %listener.local_addr()?, "listening");

    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_serving::<OrdersServer<orders::Orders>>().await;
    let orders = OrdersServer::new(orders::Orders)
        .max_decoding_message_size(MESSAGE)
        .max_encoding_message_size(MESSAGE);
    let orders = auth::AuthenticationLayer::new(passwords).layer(orders);
    let (incoming, stop) = accept::incoming(listener, tls);
    Server::builder()
        .max_concurrent_streams(256)
        .http2_keepalive_interval(Some(Duration::from_secs(60)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
        .http2_max_header_list_size(16 * 1024)
        .trace_fn(|request| info_span!("call", method = request.uri().path(), caller = tracing::field::Empty))
        .layer(
            ServiceBuilder::new()
                .layer(LoadShedLayer::new())
                .layer(GlobalConcurrencyLimitLayer::new(CALLS))
                .into_inner(),
        )
        .add_service(health)
        .add_service(orders)
        .serve_with_incoming_shutdown(incoming, stop)
        .await?;
    Ok(())
}
