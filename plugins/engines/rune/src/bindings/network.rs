//! `crucible::network`: HTTP requests.

use rune::runtime::{Bytes, Object};
use rune::{Any, ContextError, Module, Value};

use super::error::Error;
use super::options::Options;
use super::values;
use crate::wit::crucible::plugin::network::{self, Header, Request};

/// How much of a body one step asks for, in bytes.
const STEP: u32 = 1 << 20;

/// An answer with its whole body. Fields in Rune: `status`, `url`, `headers` (an object, names in lower case).
#[derive(Any)]
#[rune(item = ::crucible::network)]
struct Response {
    status: u16,
    url: String,
    headers: Vec<Header>,
    body: Vec<u8>,
}

impl Response {
    /// `response.text()`: the body as UTF-8.
    fn text(&self) -> Result<String, Error> {
        String::from_utf8(self.body.clone())
            .map_err(|_| Error::invalid(format!("the answer of {} is not UTF-8 text; use `bytes()`", self.url)))
    }

    /// `response.json()`: the body read as JSON.
    fn json(&self) -> Result<Value, Error> {
        values::parsed(&self.text()?)
    }

    /// `response.bytes()`.
    fn bytes(&self) -> Value {
        values::bytes(&self.body)
    }

    fn headers(&self) -> Value {
        let mut fields: Vec<(String, String)> = Vec::new();
        for header in &self.headers {
            let name = header.name.to_ascii_lowercase();
            match fields.iter_mut().find(|(field, _)| *field == name) {
                // A repeated header is a list (RFC 9110, section 5.3).
                Some((_, value)) => {
                    value.push_str(", ");
                    value.push_str(&header.value);
                }
                None => fields.push((name, header.value.clone())),
            }
        }
        values::object(fields.iter().map(|(name, value)| (name.as_str(), values::text(value))))
    }
}

/// The module.
pub fn module() -> Result<Module, ContextError> {
    let mut module = Module::with_crate_item("crucible", ["network"])?;
    module.ty::<Response>()?;
    module.function("get", |url: &str| send(&plain(url))).build()?;
    module.function("fetch", fetch).build()?;
    let get = &rune::runtime::Protocol::GET;
    module.field_function(get, "status", |response: &Response| i64::from(response.status))?;
    module.field_function(get, "url", |response: &Response| response.url.clone())?;
    module.field_function(get, "headers", Response::headers)?;
    module.associated_function("text", Response::text)?;
    module.associated_function("json", Response::json)?;
    module.associated_function("bytes", Response::bytes)?;
    Ok(module)
}

/// `fetch(#{url, method, headers, body, timeout_ms})`: sends a request and reads the whole answer. `headers` is an object, `body`
/// a string or bytes.
fn fetch(request: Value) -> Result<Response, Error> {
    let known = ["url", "method", "headers", "body", "timeout_ms"];
    let options = Options::read("network::fetch", &request, &known)?;
    let Some(url) = options.text("url")? else {
        return Err(Error::invalid("network::fetch: `url` is missing"));
    };
    send(&Request {
        method: options.text("method")?.unwrap_or_else(|| "GET".to_owned()),
        headers: options.value("headers").map(headers).transpose()?.unwrap_or_default(),
        body: options.value("body").map(body).transpose()?,
        timeout_ms: options.number("timeout_ms")?,
        url,
    })
}

fn plain(url: &str) -> Request {
    Request { method: "GET".to_owned(), url: url.to_owned(), headers: Vec::new(), body: None, timeout_ms: None }
}

fn send(request: &Request) -> Result<Response, Error> {
    let response = network::fetch(request)?;
    let mut body = Vec::new();
    loop {
        let piece = response.read(STEP)?;
        if piece.is_empty() {
            break;
        }
        body.extend(piece);
    }
    Ok(Response { status: response.status(), url: response.url(), headers: response.headers(), body })
}

fn headers(value: &Value) -> Result<Vec<Header>, Error> {
    let wrong = || Error::invalid("network::fetch: `headers` must be an object of strings");
    let object = value.borrow_ref::<Object>().map_err(|_| wrong())?;
    let mut headers = Vec::new();
    for (name, value) in object.iter() {
        let value = value.borrow_string_ref().map_err(|_| wrong())?.to_owned();
        headers.push(Header { name: name.as_str().to_owned(), value });
    }
    headers.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(headers)
}

fn body(value: &Value) -> Result<Vec<u8>, Error> {
    if let Ok(text) = value.borrow_string_ref() {
        return Ok(text.as_bytes().to_vec());
    }
    match value.borrow_ref::<Bytes>() {
        Ok(bytes) => Ok(bytes.as_slice().to_vec()),
        Err(_) => Err(Error::invalid("network::fetch: `body` must be a string or bytes")),
    }
}
