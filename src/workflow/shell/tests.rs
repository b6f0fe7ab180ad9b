use super::*;

/// Every command with its words, in the order in which they stand.
fn commands(list: &CommandList, out: &mut Vec<String>) {
    for (_, pipeline) in list.0.iter().flat_map(|chain| &chain.items) {
        for node in &pipeline.stages {
            match node {
                ShellNode::Simple(simple) => {
                    let words: Vec<&str> =
                        simple.words.iter().map(|word| word.text.as_str()).collect();
                    out.push(words.join("|"));
                }
                ShellNode::Group { body, .. } | ShellNode::Function { body, .. } => {
                    commands(body, out);
                }
                ShellNode::If { arms, otherwise } => {
                    for (condition, body) in arms {
                        commands(condition, out);
                        commands(body, out);
                    }
                    if let Some(body) = otherwise {
                        commands(body, out);
                    }
                }
                ShellNode::Loop { condition, body } => {
                    commands(condition, out);
                    commands(body, out);
                }
                ShellNode::Case { arms, .. } => {
                    for (_, body) in arms {
                        commands(body, out);
                    }
                }
            }
        }
    }
}

fn read(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    commands(&parse(text), &mut out);
    out
}

#[test]
fn words_lose_their_quotes_and_operators_end_them() {
    assert_eq!(
        read("npx kit push;echo \"a && b\" 'c d' e\\ f # push\nX=1 cmd>/dev/null 2>&1 &"),
        ["npx|kit|push", "echo|a && b|c d|e f", "cmd"]
    );
    assert_eq!(
        read("a \\\n  b\r\nc ${{ github.sha }}"),
        ["a|b", "c|${{ github.sha }}"]
    );
}

#[test]
fn structures_are_entered_and_documents_skipped() {
    let text = "set -e\nif ! [ \"$A\" = b ]; then\n x\nelif y; then z; else w; fi\n\
                for i in 1 2; do q; done\ncase \"$1\" in dev|local) d ;; *) e;; esac\n\
                f() { g; }\nfunction h { i; }\ncat <<EOF > out\npush it\nEOF\nlast";
    assert_eq!(
        read(text),
        [
            "set|-e",
            "[|$A|=|b|]",
            "x",
            "y",
            "z",
            "w",
            "q",
            "d",
            "e",
            "g",
            "i",
            "cat",
            "last"
        ]
    );
}

#[test]
fn joins_and_places_are_kept() {
    let text = "(cd a && b || true); until pg; do sleep 1; done";
    let list = parse(text);
    assert_eq!(list.0.len(), 2);
    assert_eq!(list.0[0].end, End::Semicolon);
    let ShellNode::Group { body, subshell } = &list.0[0].items[0].1.stages[0] else {
        panic!("a group");
    };
    assert!(subshell);
    let joins: Vec<Join> = body.0[0].items.iter().map(|(join, _)| *join).collect();
    assert_eq!(joins, [Join::First, Join::And, Join::Or]);
    let ShellNode::Simple(simple) = &body.0[0].items[1].1.stages[0] else {
        panic!("a command");
    };
    assert_eq!(&text[simple.span.range()], "b");
}

#[test]
fn anything_ends() {
    for text in [
        "(",
        ")",
        "$(",
        "'",
        "\"",
        "if",
        "case",
        "case x in",
        "f() {",
        "<<",
        "a ((",
        "`",
        "}",
        ";;",
        "{ ( ",
        "\\",
        "<(x)",
        "&&",
        "fi\ndone",
        "${",
        "é\u{a0}(",
        "! !",
    ] {
        let _ = read(text);
        let _ = read(&text.repeat(50));
    }
}
