//! `network`: HTTP requests.

use crate::arguments::{Arguments, Options};
use crate::error::Error;
use crate::functions::Function;
use crate::value::Value;
use crate::wit::crucible::plugin::network::{self, Header, Request};

/// How much of a body one step asks for, in bytes.
const STEP: u32 = 1 << 20;

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "network",
        name: "get",
        parameters: &["url"],
        text: "Sends a GET request and gives the answer as an object `{status, url, headers, body}`, names of headers in lower case, the body a string.",
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
        parameters: &["request"],
        text: "Sends a request `{url, method, headers, body, timeout_ms}` and gives the answer as `get` does.",
        run: fetch,
    },
];

fn fetch(args: &mut Arguments) -> Result<Value, Error> {
    let mut options = args.options(&["url", "method", "headers", "body", "timeout_ms"])?;
    let Some(url) = options.text("url")? else {
        return Err(options.wrong("url", "is missing"));
    };
    send(&Request {
        url,
        method: options.text("method")?.unwrap_or_else(|| "GET".to_owned()),
        headers: headers(&mut options)?,
        body: body(&mut options)?,
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
    let fields = match options.value("headers") {
        None => Vec::new(),
        Some(Value::Map(fields)) => fields,
        Some(_) => return Err(options.wrong("headers", "must be an object of strings")),
    };
    let mut headers = Vec::new();
    for (name, value) in fields {
        match value {
            Value::Text(value) => headers.push(Header { name, value }),
            _ => return Err(options.wrong("headers", "must be an object of strings")),
        }
    }
    headers.sort_by(|one, two| one.name.cmp(&two.name));
    Ok(headers)
}

fn body(options: &mut Options) -> Result<Option<Vec<u8>>, Error> {
    match options.value("body") {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text.into_bytes())),
        Some(Value::Bytes(bytes)) => Ok(Some(bytes)),
        Some(_) => Err(options.wrong("body", "must be a string")),
    }
}
