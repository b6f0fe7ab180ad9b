//! A validator for the part of JSON Schema (draft 7) that driftlint's schemas use. A keyword that it
//! does not know fails the test.

use serde_json::Value;

/// Why a value does not fit a schema; nothing where it does.
pub(crate) fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (keyword, wants) in schema.as_object().expect("a schema is an object") {
        let fits = match keyword.as_str() {
            "$schema" | "$id" | "title" | "description" | "definitions" => true,
            "$ref" => {
                let path = wants
                    .as_str()
                    .and_then(|it| it.strip_prefix('#'))
                    .expect("a local reference");
                let target = root.pointer(path).expect("what is referred to");
                check(root, target, value, at, found);
                true
            }
            "anyOf" => wants.as_array().expect("a list").iter().any(|one| {
                let mut inner = Vec::new();
                check(root, one, value, at, &mut inner);
                inner.is_empty()
            }),
            "type" => match wants {
                Value::Array(all) => all.iter().any(|one| is(one, value)),
                one => is(one, value),
            },
            "enum" => wants.as_array().expect("a list").contains(value),
            "const" => wants == value,
            "minimum" => value
                .as_f64()
                .is_none_or(|number| Some(number) >= wants.as_f64()),
            "minItems" => value
                .as_array()
                .is_none_or(|all| Some(all.len() as u64) >= wants.as_u64()),
            "maxItems" => value
                .as_array()
                .is_none_or(|all| Some(all.len() as u64) <= wants.as_u64()),
            "pattern" => value.is_string(),
            "required" => value.as_object().is_none_or(|object| {
                let keys = wants.as_array().expect("a list");
                keys.iter()
                    .all(|key| object.contains_key(key.as_str().expect("a name")))
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wants, item, &format!("{at}/{index}"), found);
                }
                true
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if let Some(of) = wants.get(key) {
                        check(root, of, inner, &format!("{at}/{key}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = &schema["properties"];
                for (key, inner) in value.as_object().into_iter().flatten() {
                    if known.get(key).is_some() {
                        continue;
                    }
                    match wants {
                        Value::Bool(false) => found.push(format!("{at}: `{key}` is not known")),
                        Value::Object(_) => {
                            check(root, wants, inner, &format!("{at}/{key}"), found);
                        }
                        _ => {}
                    }
                }
                true
            }
            other => panic!("the validator does not know `{other}`"),
        };
        if !fits {
            found.push(format!("{at}: {value} is not {keyword} {wants}"));
        }
    }
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the validator does not know the type `{other}`"),
    }
}
