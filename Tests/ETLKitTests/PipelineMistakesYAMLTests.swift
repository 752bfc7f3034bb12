import Testing

@testable import ETLKit

/// Letter by letter: what is told, where, and what to write instead.
@Suite struct `A YAML mistake` {
  @Test(arguments: cases) func `is told with its place and what to write`(mistake: Mistake) {
    #expect(mistake.told == mistake.expected)
  }

  static let cases: [Mistake] = [
    Mistake(
      "a tab as indentation",
      rest: """
        vars:
        	x: '1'
        """,
      says: """
        p.yaml:9:1: error: a tab cannot stand before a key or value (yaml.syntax)
         9 |  x: '1'
           | ^
           = indent with blanks
        """),
    Mistake(
      "a quote that stays open",
      rest: """
        vars: {x: 'open}
        """,
      says: """
        p.yaml:8:11: error: this quote is never closed (yaml.syntax)
         8 | vars: {x: 'open}
           |           ^
        """),
    Mistake(
      "a bracket that stays open",
      rest: """
        checks: [
        """,
      says: """
        p.yaml:8:9: error: a value is missing here, or a bracket above is never closed (yaml.syntax)
         8 | checks: [
           |         ^
        """),
    Mistake(
      "a brace that stays open",
      rest: """
        vars: {x: 1
        """,
      says: """
        p.yaml:8:7: error: this "{" is never closed, or a "," is missing behind it (yaml.syntax)
         8 | vars: {x: 1
           |       ^
        """),
    Mistake(
      "a colon inside a value",
      rest: """
        vars:
          x: a: b
        """,
      says: """
        p.yaml:9:7: error: this ":" does not fit here (yaml.syntax)
         9 |   x: a: b
           |       ^
           = put a value with ": " in single quotes, line keys up, and end each key above with ":"
        """),
    Mistake(
      "a key without its colon",
      rest: """
        vars:
          x
          y: 1
        """,
      says: """
        p.yaml:10:4: error: this ":" does not fit here (yaml.syntax)
         10 |   y: 1
            |    ^
            = put a value with ": " in single quotes, line keys up, and end each key above with ":"
        """),
    Mistake(
      "lines that do not line up",
      rest: """
        vars:
            x: 1
          y: 2
        """,
      says: """
        p.yaml:10:3: error: this line does not line up with the keys or items above it (yaml.syntax)
         10 |   y: 2
            |   ^
            = give keys of one map the same number of blanks
        """),
    Mistake(
      "an alias without an anchor",
      rest: """
        vars: *none
        """,
      says: """
        p.yaml:8:7: error: this alias has no anchor above it (yaml.syntax)
         8 | vars: *none
           |       ^
           = write &name at the value that is meant
        """),
    Mistake(
      "a value that begins with a reserved sign",
      rest: """
        vars: {x: @home}
        """,
      says: """
        p.yaml:8:11: error: a value cannot begin with "@" (yaml.syntax)
         8 | vars: {x: @home}
           |           ^
           = put the value in single quotes
        """),
    Mistake(
      "an unknown escape",
      rest: #"""
        vars: {x: "\d"}
        """#,
      says: #"""
        p.yaml:8:12: error: an unknown escape in double quotes (yaml.syntax)
         8 | vars: {x: "\d"}
           |            ^
           = use single quotes, where a backslash is itself
        """#),
    Mistake(
      "a second document",
      rest: """
        ---
        vars: {}
        """,
      says: """
        p.yaml:8:1: error: a second document; a file holds one (yaml.syntax)
         8 | ---
           | ^
        """),
    Mistake(
      "a tag",
      rest: """
        vars: {x: !!str 1}
        """,
      says: """
        p.yaml:8:11: error: tags are not read; the key says what its value is (yaml.tag)
         8 | vars: {x: !!str 1}
           |           ^^^^^
           = remove it
        """),
    Mistake(
      "a key twice in a block",
      rest: """
        vars:
          x: '1'
          y: '2'
          x: '3'
          'x': '4'
        """,
      says: """
        p.yaml:11:3: error: the key "x" stands twice, first on line 9 (key.duplicate)
         11 |   x: '3'
            |   ^
            = remove one of them
        p.yaml:12:3: error: the key "x" stands twice, first on line 9 (key.duplicate)
         12 |   'x': '4'
            |   ^^^
            = remove one of them
        """),
    Mistake(
      "a key twice in a line",
      rest: """
        vars: {x: '1', y: '2', x: '3'}
        """,
      says: """
        p.yaml:8:24: error: the key "x" stands twice, first on line 8 (key.duplicate)
         8 | vars: {x: '1', y: '2', x: '3'}
           |                        ^
           = remove one of them
        """),
    Mistake(
      "a list as a key",
      rest: """
        vars: {[a]: '1'}
        """,
      says: """
        p.yaml:8:8: error: a key must be text, found a list (yaml.key)
         8 | vars: {[a]: '1'}
           |        ^
        """),
    Mistake(
      "a merge of text",
      rest: """
        vars: {<<: text}
        """,
      says: """
        p.yaml:8:8: error: "<<" expects keys and values to take over, found "text" (yaml.merge)
         8 | vars: {<<: text}
           |        ^^
           = write <<: *name, with &name at the keys and values meant
        """),
    Mistake(
      "a control sign",
      rest: """
        vars: {x: 'a\u{1B}b'}
        """,
      says: """
        p.yaml:8:13: error: the sign U+1B cannot stand in YAML (yaml.syntax)
         8 | vars: {x: 'a�b'}
           |             ^
           = remove it
        """),
  ]
}
