// The filter language, case by case.

import Testing

@testable import Console

@Suite struct `A filter` {
  static let facts: [Fact] = [
    .text("pipeline", "covid-daily"), .text("error", "deaths is below 0"), .number("tries", 3),
    .text("key", "2026-11-21/Spain"), .age(100_000),
  ]

  @Test(arguments: [
    ("", true), ("covid", true), ("COVID", true), ("flights", false), ("covid spain", true),
    ("covid france", false), ("!france", true), ("!spain", false), ("pipeline:covid", true),
    ("pipeline:spain", false), ("Pipeline:covid", true), ("tries:>2", true), ("tries:>3", false),
    ("tries:>=3", true), ("tries:<=3", true), ("tries:<3", false), ("tries:3", true),
    ("tries:=3", true), ("!tries:>5", true), ("age:>1d", true), ("age:>2d", false),
    ("age:<28h", true), ("age:>1w", false), ("\"below 0\"", true), ("\"0 below\"", false),
    ("error:\"is below\"", true), ("~dea.hs", true), ("~^deaths", true), ("~^below", false),
    ("~0$", true), ("~is.*0", true), ("~[", false), ("key:~^2026-11-.*spain$", true),
    ("pipeline:", true), ("!", true), ("nosuch:covid", false), ("!nosuch:covid", true),
    ("\"covid", true), ("3", true),
  ])
  func `reads what people type`(text: String, isMatch: Bool) {
    #expect(Filter(text).matches(Self.facts) == isMatch)
  }

  @Test(arguments: [
    ("a*b", "aaab", true), ("a*b", "b", true), ("^a*b", "xb", false), ("a.c", "abc", true),
    ("a\\.c", "abc", false), ("a\\.c", "a.c", true), ("", "", true), ("^$", "", true),
    ("^$", "x", false), ("a*", "zzz", true), ("*a", "*a", true), ("x\\", "x", true),
  ])
  func `follows small patterns`(pattern: String, text: String, isFound: Bool) {
    #expect(Pattern(pattern).isFound(in: text) == isFound)
  }

  @Test func `takes a time that grows with the text only`() {
    let pattern = Pattern(String(repeating: "a*", count: 30) + "b")
    #expect(!pattern.isFound(in: String(repeating: "a", count: 300)))
  }

  @Test func `offers fields, then values by how often they occur`() {
    let facts: [Fact] = [
      .text("stage", "clean"), .text("stage", "load"), .text("stage", "load"),
      .text("state", "waiting"),
    ]
    #expect(FilterPrompt(text: "st").completions(of: facts) == ["stage:", "state:"])
    #expect(FilterPrompt(text: "x stage:").completions(of: facts) == ["stage:load", "stage:clean"])
    var prompt = FilterPrompt(text: "x !sta")
    prompt.complete(with: "stage:")
    #expect(prompt.field.text == "x !stage:")
  }
}
