//! `orders-load ADDRESS FOLDER SECONDS CONNECTIONS CALLS`: so many calls at a time on each of so many connections, each with the
//! client's certificate and password in the folder. Prints the calls answered, the seconds, and the p50 and p99 in microseconds.

#[path = "../../server/src/shop_v1.rs"]
mod shop_v1;

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shop_v1::PlaceRequest;
use shop_v1::orders_client::OrdersClient;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

async fn connect(address: &str, folder: &Path) -> Result<Channel, AnyError> {
    let read = |name: &str| std::fs::read(folder.join(name));
    let tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(read("authority.pem")?))
        .identity(Identity::from_pem(read("client.pem")?, read("client.key")?));
    Ok(Endpoint::try_from(format!("https://{address}"))?.tls_config(tls)?.connect().await?)
}

async fn calls(channel: Channel, authorization: MetadataValue<Ascii>, end: Instant) -> Result<Vec<u32>, AnyError> {
    let mut client = OrdersClient::new(channel);
    let mut times = Vec::new();
    while Instant::now() < end {
        let mut request = Request::new(PlaceRequest { customer: Some("a customer".to_owned()), article: 4711, count: 3 });
        request.metadata_mut().insert("authorization", authorization.clone());
        let began = Instant::now();
        client.place(request).await?;
        times.push(u32::try_from(began.elapsed().as_micros())?);
    }
    Ok(times)
}

#[tokio::main]
async fn main() -> Result<(), AnyError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, folder, seconds, connections, at_a_time] = arguments.as_slice() else { return Err("five arguments".into()) };
    let folder = Path::new(folder);
    let password = std::fs::read_to_string(folder.join("password"))?;
    let pair = STANDARD.encode(format!("agent:{}", password.trim_end()));
    let authorization = MetadataValue::<Ascii>::try_from(format!("Basic {pair}"))?;
    let mut channels = Vec::new();
    for _ in 0..connections.parse::<usize>()? {
        let channel = connect(address, folder).await?;
        // The password is checked, and remembered, before time is taken.
        calls(channel.clone(), authorization.clone(), Instant::now() + Duration::from_millis(1)).await?;
        channels.push(channel);
    }
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(seconds.parse()?);
    let mut tasks = Vec::new();
    for channel in channels {
        for _ in 0..at_a_time.parse::<usize>()? {
            tasks.push(tokio::spawn(calls(channel.clone(), authorization.clone(), end)));
        }
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let took = began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{} {took:.3} {} {}", times.len(), at(50), at(99));
    Ok(())
}
