// Calls whose constants are read now: patterns, forms of dates, zones.

extension ExpressionTyper {
  func prepared(
    _ prepared: ExpressionFunction.Prepared, _ function: ExpressionFunction,
    _ arguments: [TypedExpression], _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TypedExpression {
    let type: ValueType = if case .type(let type) = function.result { type } else { .text }
    var constants: [String] = []
    for argument in arguments.dropFirst() {
      guard case .text(let text) = argument.constant else {
        return constant(.null, type: type, span)
      }
      constants.append(text)
    }
    let place = arguments[1].span
    let meaning: PreparedFunction
    switch prepared {
    case .extract: meaning = .extract(try pattern(constants[0], place))
    case .substitute: meaning = .substitute(try pattern(constants[0], place), with: constants[1])
    case .parse: meaning = .parse(try format(constants[0], isPartial: false, function, place))
    case .write: meaning = .write(try format(constants[0], isPartial: true, function, place))
    case .atZone: meaning = .atZone(try zone(constants[0], function, place))
    case .fromZone: meaning = .fromZone(try zone(constants[0], function, place))
    }
    let isNullable = prepared == .extract ? true : arguments[0].isNullable
    return try folded(.prepared(meaning), [arguments[0]], type, span, isNullable: isNullable)
  }

  func pattern(
    _ text: String, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> BytePattern {
    do throws(PatternError) {
      return try BytePattern(text)
    } catch {
      throw ExpressionDiagnostic(.argument, span, .badPattern(text, why: error.words))
    }
  }

  private func format(
    _ text: String, isPartial: Bool, _ function: ExpressionFunction, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> DateFormat {
    do throws(DateFormatError) {
      return try DateFormat(pattern: text, isPartial: isPartial)
    } catch {
      throw ExpressionDiagnostic(
        .argument, span,
        .argumentValue(
          function: function.name, position: 2,
          expected: "a pattern of dates such as 'dd/MM/yyyy'"),
        suggestion: mended(error, isPartial: isPartial).map { quoted($0) })
    }
  }

  /// The pattern with all letters to blame exchanged for what they should be, if that is known.
  private func mended(_ error: DateFormatError, isPartial: Bool) -> String? {
    var error = error
    // Each round mends one part, and a pattern has no more parts than these.
    for _ in 0..<9 {
      if case .missing = error.reason { return nil }
      guard let better = error.suggestion else { return nil }
      var bytes = Array(error.pattern.utf8)
      bytes.replaceSubrange(error.range, with: better.utf8)
      let pattern = String(decoding: bytes, as: UTF8.self)
      do throws(DateFormatError) {
        _ = try DateFormat(pattern: pattern, isPartial: isPartial)
        return pattern
      } catch let next {
        error = next
      }
    }
    return nil
  }

  private func zone(
    _ name: String, _ function: ExpressionFunction, _ span: Range<Int>
  ) throws(ExpressionDiagnostic) -> TimeZoneRules {
    let problem = TimeZoneNames.problem(with: name)
    if problem == nil, let rules = TimeZoneRules(named: name) { return rules }
    throw ExpressionDiagnostic(
      .argument, span,
      .argumentValue(
        function: function.name, position: 2,
        expected: "a zone of the tz database such as 'Europe/Rome'"),
      suggestion: problem?.nearest.map { quoted($0) })
  }
}
