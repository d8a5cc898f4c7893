//! Answers of the network: values with methods.

use crucible_stdlib::error::Error;
use crucible_stdlib::json;
use crucible_stdlib::signature::Kind;
use crucible_stdlib::value::Value as Neutral;
use rune::runtime::{Protocol, Value};
use rune::{Any, ContextError, Module};

use super::error;
use crate::convert::{self, Tags};

/// An answer with its whole body.
#[derive(Any)]
#[rune(item = ::crucible::network)]
struct Response {
    status: Neutral,
    url: Neutral,
    headers: Neutral,
    body: Neutral,
}

impl Response {
    fn text(&self) -> Result<&str, error::Error> {
        match (&self.body, &self.url) {
            (Neutral::Text(text), _) => Ok(text),
            (_, Neutral::Text(url)) => {
                Err(Error::invalid(format!("the answer of {url} is not UTF-8 text; use `bytes()`")).into())
            }
            _ => Err(Error::invalid("the answer is not UTF-8 text; use `bytes()`").into()),
        }
    }

    fn json(&self) -> Result<Value, error::Error> {
        let value = json::read(self.text()?).map_err(Error::invalid)?;
        Ok(convert::make(value, Tags::Kept))
    }

    fn bytes(&self) -> Value {
        let bytes = match &self.body {
            Neutral::Text(text) => text.as_bytes(),
            Neutral::Bytes(bytes) => bytes,
            _ => &[],
        };
        convert::make(Neutral::Bytes(bytes.to_vec()), Tags::Kept)
    }
}

/// Puts the type into the module: the fields `status`, `url`, `headers` (an object, names in lower case), and `.text()`, `.json()`,
/// `.bytes()`.
pub fn extend(module: &mut Module) -> Result<(), ContextError> {
    module.ty::<Response>()?;
    let value = |value: &Neutral| convert::make(value.clone(), Tags::Kept);
    module.field_function(&Protocol::GET, "status", move |response: &Response| value(&response.status))?;
    module.field_function(&Protocol::GET, "url", move |response: &Response| value(&response.url))?;
    module.field_function(&Protocol::GET, "headers", move |response: &Response| value(&response.headers))?;
    module.associated_function("text", |response: &Response| response.text().map(str::to_owned))?;
    module.associated_function("json", Response::json)?;
    module.associated_function("bytes", Response::bytes)?;
    Ok(())
}

/// The answer from its fields.
pub fn response(answer: Neutral, _: &Kind) -> Result<Value, Error> {
    let Neutral::Map(mut fields) = answer else { return Err(Error::invalid("the host gave no answer")) };
    let mut field = |name| match fields.iter().position(|(field, _)| field == name) {
        Some(index) => fields.swap_remove(index).1,
        None => Neutral::Nil,
    };
    let (status, url, headers, body) = (field("status"), field("url"), field("headers"), field("body"));
    Ok(convert::any(Response { status, url, headers, body }))
}
