// Decimal numbers as whole units: at most 18 digits, rounding half away from zero.

/// The largest decimal, as units.
let decimalLimit: Int64 = 999_999_999_999_999_999

let powersOfTen: [Int64] = {
  var powers: [Int64] = [1]
  for _ in 0..<18 { powers.append(powers[powers.count - 1] * 10) }
  return powers
}()

/// Units with `places` more decimal places (fewer if negative, rounded); nil if they do not fit.
func rescaled(_ units: Int64, by places: Int) -> Int64? {
  if places == 0 {
    return units.magnitude <= UInt64(decimalLimit) ? units : nil
  }
  if places > 0 {
    guard places <= 18 else { return units == 0 ? 0 : nil }
    let (result, overflow) = units.multipliedReportingOverflow(by: powersOfTen[places])
    return overflow || result.magnitude > UInt64(decimalLimit) ? nil : result
  }
  guard places >= -18 else { return 0 }
  return fitted(roundedQuotient(Int128(units), Int128(powersOfTen[-places])))
}

/// The quotient, rounded half away from zero; the divisor is not zero.
func roundedQuotient(_ value: Int128, _ divisor: Int128) -> Int128 {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  guard remainder.magnitude * 2 >= divisor.magnitude else { return quotient }
  return (value < 0) == (divisor < 0) ? quotient + 1 : quotient - 1
}

/// Nil if it has more than 18 digits.
func fitted(_ value: Int128) -> Int64? {
  value.magnitude <= UInt128(decimalLimit) ? Int64(value) : nil
}

/// A real as units; nil if it does not fit.
func decimalUnits(_ value: Double, scale: Int) -> Int64? {
  let scaled = (value * Double(powersOfTen[scale])).rounded(.toNearestOrAwayFromZero)
  guard abs(scaled) < 1e18 else { return nil }
  return Int64(scaled)
}

/// A real without its fraction; nil if it does not fit into 64 bits.
func truncatedInteger(_ value: Double) -> Int64? {
  Int64(exactly: value.rounded(.towardZero))
}

/// A real rounded to so many decimal places, half away from zero.
func roundedReal(_ value: Double, places: Int64) -> Double {
  guard abs(value) < 4_503_599_627_370_496 else { return value }
  if places <= 0 { return value.rounded(.toNearestOrAwayFromZero) }
  let power = Double(powersOfTen[Int(min(places, 15))])
  let scaled = value * power
  guard abs(scaled) < 4_503_599_627_370_496 else { return value }
  return scaled.rounded(.toNearestOrAwayFromZero) / power
}
