//! The sandbox as a program of its own.

use std::io::Read as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use cin7_sandbox::{BulkSize, Options, Source, start};
use clap::Parser;

/// A Cin7 Core on this machine, for demos, development and tests.
#[derive(Parser)]
#[command(name = "cin7-sandbox", version)]
struct Arguments {
    /// `fixture`, `demo`, `bulk`, or a folder of JSON files in Cin7's own shapes
    #[arg(long, default_value = "demo")]
    world: String,
    /// Port to listen on; 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Products of a bulk world
    #[arg(long, default_value_t = 20_000)]
    products: usize,
    /// Customers of a bulk world
    #[arg(long, default_value_t = 2_000)]
    customers: usize,
    /// Locations of a bulk world
    #[arg(long, default_value_t = 5)]
    locations: usize,
    /// Suppliers of a bulk world
    #[arg(long, default_value_t = 0)]
    suppliers: usize,
    /// Sales of a bulk world
    #[arg(long, default_value_t = 0)]
    sales: usize,
    /// Purchases of a bulk world
    #[arg(long, default_value_t = 0)]
    purchases: usize,
    /// End when standard input closes, so as not to outlive the program that started it
    #[arg(long)]
    with_parent: bool,
}

impl Arguments {
    fn source(&self) -> Source {
        match self.world.as_str() {
            "fixture" => Source::Fixture,
            "demo" => Source::Demo,
            "bulk" => Source::Bulk(BulkSize {
                products: self.products,
                customers: self.customers,
                locations: self.locations,
                suppliers: self.suppliers,
                sales: self.sales,
                purchases: self.purchases,
            }),
            folder => Source::Folder(PathBuf::from(folder)),
        }
    }
}

/// Ends the process once standard input reaches its end.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut buffer = [0_u8; 64];
        while std::io::stdin().read(&mut buffer).is_ok_and(|read| read > 0) {}
        std::process::exit(0);
    });
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let options = Options { source: arguments.source(), host: arguments.host, port: arguments.port };
    match start(options).await {
        Ok(sandbox) => {
            println!("Cin7 sandbox: {} (world {})", sandbox.api_url(), sandbox.world());
            if arguments.with_parent {
                end_with_parent();
            }
            sandbox.serve_forever().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cin7-sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}
