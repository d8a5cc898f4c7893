//! `ui`: the person at the screen.

use crate::error::Error;
use crate::functions::Function;
use crate::signature::{Kind, required};
use crate::value::Value;
use crate::wit::crucible::plugin::ui::{self, Choice, Question};

pub const FUNCTIONS: &[Function] = &[
    Function {
        module: "ui",
        name: "confirm",
        parameters: &[required("question", Kind::Text)],
        returns: Kind::Maybe(&Kind::Bool),
        text: "Asks yes or no; nothing where the person declined to answer.",
        run: |args| Ok(Value::option(ui::ask(&Question::Confirm(args.text()?))?.map(|answer| answer == "yes"))),
    },
    Function {
        module: "ui",
        name: "text",
        parameters: &[required("question", Kind::Text)],
        returns: Kind::Maybe(&Kind::Text),
        text: "Asks for a line of text.",
        run: |args| ask(&Question::Text(args.text()?)),
    },
    Function {
        module: "ui",
        name: "choose",
        parameters: &[required("question", Kind::Text), required("choices", Kind::List(&Kind::Text))],
        returns: Kind::Maybe(&Kind::Text),
        text: "Asks for one of the choices, 2 to 100 strings.",
        run: |args| {
            let (question, choices) = (args.text()?, args.texts()?);
            ask(&Question::Choose(Choice { question, choices }))
        },
    },
    Function {
        module: "ui",
        name: "progress",
        parameters: &[required("fraction", Kind::Maybe(&Kind::Number)), required("message", Kind::Text)],
        returns: Kind::Nothing,
        text: "Tells how far the work is: 0 to 1, or nothing where that is unknown.",
        run: |args| Ok(ui::progress(args.optional_number()?, &args.text()?)?.into()),
    },
];

fn ask(question: &Question) -> Result<Value, Error> {
    Ok(Value::option(ui::ask(question)?))
}
