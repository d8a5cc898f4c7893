//! `network`: HTTP requests.

use crate::arguments::{Arguments, Options};
use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, optional, required};
use crate::value::Value;
use crate::wit::crucible::plugin::network::{self, Header, Request};

/// How much of a body one step asks for, in bytes.
const STEP: u32 = 1 << 20;

const REQUEST: Kind = Kind::Record(&[
    required("url", Kind::Text),
    optional("method", Kind::Text),
    optional("headers", Kind::Map(&Kind::Text)),
    optional("body", Kind::Bytes),
    optional("timeout_ms", Kind::Count),
]);

const RESPONSE: Kind = Kind::Record(&[
    required("status", Kind::Integer),
    required("url", Kind::Text),
    required("headers", Kind::Map(&Kind::Text)),
    required("body", Kind::Either(&[Kind::Text, Kind::Bytes])),
]);

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "network",
        name: "get",
        parameters: &[required("url", Kind::Text)],
        returns: RESPONSE,
        text: "Sends a GET request and gives the answer as an object `{status, url, headers, body}`, names of headers in lower case, the body a string where it is UTF-8, else bytes.",
        run: |args| {
            send(&Request {
                method: "GET".to_owned(),
                url: args.text()?,
                headers: Vec::new(),
                body: None,
                timeout_ms: None,
            })
        },
    },
    Function {
        module: "network",
        name: "fetch",
        parameters: &[required("request", REQUEST)],
        returns: RESPONSE,
        text: "Sends a request `{url, method, headers, body, timeout_ms}` and gives the answer as `get` does.",
        run: fetch,
    },
];

fn fetch(args: &mut Arguments) -> Result<Value, Error> {
    let mut options = args.options()?;
    send(&Request {
        url: options.text("url")?.unwrap_or_default(),
        method: options.text("method")?.unwrap_or_else(|| "GET".to_owned()),
        headers: headers(&mut options)?,
        body: body(&mut options),
        timeout_ms: options.count("timeout_ms")?,
    })
}

fn send(request: &Request) -> Result<Value, Error> {
    let response = network::fetch(request)?;
    let mut body = Vec::new();
    loop {
        let piece = response.read(STEP)?;
        if piece.is_empty() {
            break;
        }
        body.extend(piece);
    }
    Ok(Value::map([
        ("status", response.status().into()),
        ("url", response.url().into()),
        ("headers", merged(response.headers())),
        ("body", String::from_utf8(body).map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text)),
    ]))
}

/// Headers by name. A repeated header is a list (RFC 9110, section 5.3).
fn merged(headers: Vec<Header>) -> Value {
    let mut fields: Vec<(String, String)> = Vec::new();
    for header in headers {
        let name = header.name.to_ascii_lowercase();
        match fields.iter_mut().find(|(field, _)| *field == name) {
            Some((_, value)) => {
                value.push_str(", ");
                value.push_str(&header.value);
            }
            None => fields.push((name, header.value)),
        }
    }
    Value::Map(fields.into_iter().map(|(name, value)| (name, Value::Text(value))).collect())
}

fn headers(options: &mut Options) -> Result<Vec<Header>, Error> {
    let mut headers = Vec::new();
    for (name, value) in options.map("headers")? {
        if let Value::Text(value) = value {
            headers.push(Header { name, value });
        }
    }
    headers.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(headers)
}

fn body(options: &mut Options) -> Option<Vec<u8>> {
    match options.value("body")? {
        Value::Bytes(bytes) => Some(bytes),
        Value::Text(text) => Some(text.into_bytes()),
        _ => None,
    }
}
