//! `cin7-proxy`: reads the environment, serves until it is told to stop.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use cin7_proxy::{Config, Proxy};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();

    let config = match Config::from_env() {
        Ok(config) => config,
        Err(problems) => {
            for problem in problems.0 {
                eprintln!("cin7-proxy: {problem}");
            }
            return ExitCode::from(2);
        }
    };
    let proxy = match Proxy::start(config).await {
        Ok(proxy) => proxy,
        Err(error) => {
            eprintln!("cin7-proxy: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut lines = format!("Quote screen: http://{}/\n", proxy.address());
    if let Some(control) = proxy.control() {
        let _ = writeln!(lines, "Sandbox control: {control}");
    }
    // Whoever started the proxy may have closed the pipe after the first line; that is no reason to end.
    let mut stdout = std::io::stdout();
    let _ = stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush());

    stop_signal().await;
    tracing::info!("stopping; calls under way are finished first");
    proxy.stop().await;
    ExitCode::SUCCESS
}

/// Waits for the interrupt or the terminate signal.
async fn stop_signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => {
                stream.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
