//! The quote screen as a browser loads it.

use super::*;

async fn desk_with_screen() -> (Desk, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let built = dir.path().join("built");
    let write = |name: &str, content: &[u8]| std::fs::write(built.join(name), content).unwrap();
    std::fs::create_dir_all(built.join("assets")).unwrap();
    write("index.html", b"<!doctype html><title>Quotes</title>");
    write("service-worker.js", b"self.skipWaiting();");
    write("assets/desk-1a2b.wasm", &b"\0asm".repeat(1000));
    write("assets/desk-1a2b.js", b"export {};");
    write("assets/big-1a2b.js", b"plain");
    write("assets/big-1a2b.js.gz", b"packed before");
    write("../outside.txt", b"outside");
    (Desk::start_with(|config| config.screen_dir = built).await, dir)
}

#[tokio::test]
async fn the_page_its_headers_and_its_cache_rules() {
    let (desk, _dir) = desk_with_screen().await;
    let page = desk.get("/").await;
    assert_eq!((page.status, page.text().as_str()), (200, "<!doctype html><title>Quotes</title>"));
    assert_eq!(page.header("content-type"), Some("text/html"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
    assert!(policy.contains(&format!("img-src 'self' data: https: http://{};", desk.fake.address)), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("object-src 'none'"), "{policy}");
    assert!(!policy.contains("  "), "{policy}");

    let wasm = desk.get("/assets/desk-1a2b.wasm").await;
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    assert_eq!(wasm.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let script = desk.get("/assets/desk-1a2b.js").await;
    assert_eq!(script.header("content-type"), Some("text/javascript"));
    for got in [page, wasm, script, desk.get("/cin7/product").await, desk.get("/cin7/nothing").await] {
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(got.header("referrer-policy"), Some("no-referrer"));
    }
}

#[tokio::test]
async fn the_service_worker_is_a_script_that_is_asked_for_again_each_time() {
    let (desk, _dir) = desk_with_screen().await;
    let worker = desk.get("/service-worker.js").await;
    assert_eq!((worker.status, worker.text().as_str()), (200, "self.skipWaiting();"));
    assert_eq!(worker.header("content-type"), Some("text/javascript"));
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    let policy = worker.header("content-security-policy").unwrap();
    assert!(policy.contains("worker-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
}

#[tokio::test]
async fn the_screens_own_pages_open_at_their_address() {
    let (desk, _dir) = desk_with_screen().await;
    let places = ["/companies", "/companies/new", "/products", "/orders", "/settings", "/sync"];
    let records = ["/company/Acme%20Ltd", "/product/CHAIR-01", "/order/5d0c1f2e", "/quote/261123-7F3K", "/quote/10452?tab=lines"];
    for path in places.into_iter().chain(records) {
        let got = desk.get(path).await;
        assert_eq!((got.status, got.text().as_str()), (200, "<!doctype html><title>Quotes</title>"), "{path}");
        assert_eq!(got.header("cache-control"), Some("no-cache"), "{path}");
    }
    for path in ["/quote", "/quote/1/2", "/orders/1"] {
        assert_eq!(desk.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_that_nobody_caches() {
    let (desk, _dir) = desk_with_screen().await;
    for path in ["/nothing", "/assets/desk-0000.js", "/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt"] {
        let got = desk.get(path).await;
        assert_eq!((got.status, got.header("cache-control")), (404, Some("private, no-store")), "{path}");
        assert_eq!(got.json()["code"], "not_allowed");
    }
    let without = Desk::start().await;
    assert_eq!(without.get("/").await.status, 404);
}

#[tokio::test]
async fn a_mistyped_address_opens_the_screen_that_says_so_and_is_still_not_found() {
    let (desk, _dir) = desk_with_screen().await;
    let typed = desk.request(Method::GET, "/qoute/10452/x").header("accept", "text/html,application/xhtml+xml");
    let got = Got::from(typed).await;
    assert_eq!((got.status, got.text().as_str()), (404, "<!doctype html><title>Quotes</title>"));
    assert!(got.header("content-security-policy").is_some());
    assert_ne!(got.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let call = desk.request(Method::GET, "/cin7/nothing").header("accept", "text/html");
    assert_eq!(Got::from(call).await.json()["code"], "not_allowed", "an API path stays one");
}

#[tokio::test]
async fn big_files_travel_packed() {
    let (desk, _dir) = desk_with_screen().await;
    for (encoding, path) in [("br", "/assets/desk-1a2b.wasm"), ("gzip", "/assets/desk-1a2b.wasm")] {
        let got = Got::from(desk.request(Method::GET, path).header("accept-encoding", encoding)).await;
        assert_eq!(got.header("content-encoding"), Some(encoding));
        assert_eq!(got.header("content-type"), Some("application/wasm"));
        assert!(got.body.len() < 400, "{}", got.body.len());
    }
    let before = desk.request(Method::GET, "/assets/big-1a2b.js").header("accept-encoding", "gzip");
    assert_eq!(Got::from(before).await.body, b"packed before");
}

#[tokio::test]
async fn a_file_that_the_build_packed_goes_out_as_it_lies_there() {
    let (desk, dir) = desk_with_screen().await;
    for (name, content_type) in [("desk-1a2b.wasm", "application/wasm"), ("desk-1a2b.js", "text/javascript")] {
        std::fs::write(dir.path().join(format!("built/assets/{name}.br")), b"packed by the build").unwrap();
        let path = format!("/assets/{name}");
        let got = Got::from(desk.request(Method::GET, &path).header("accept-encoding", "gzip, deflate, br, zstd")).await;
        assert_eq!((got.status, got.body.as_slice()), (200, &b"packed by the build"[..]), "{name}");
        let headers =
            ["content-encoding", "content-type", "content-length", "vary", "cache-control"].map(|name| got.header(name));
        let lasting = "public, max-age=31536000, immutable";
        assert_eq!(headers, [Some("br"), Some(content_type), Some("19"), Some("accept-encoding"), Some(lasting)], "{name}");

        let plain = desk.get(&path).await;
        assert_ne!(plain.body, b"packed by the build", "{name} for who cannot unpack it");
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, Some("accept-encoding")), "{name}");
    }
}
