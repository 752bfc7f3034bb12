// Where frames go and where inputs come from: a terminal, or a test.

/// Shows frames and tells what the person does.
public protocol Display: Sendable {
  /// Shows a frame; what did not change since the last one costs nothing.
  func present(_ frame: CellGrid) async

  /// What happens, in order; ends after `hangup` or `terminate`, and when the display is closed.
  func inputs() -> AsyncStream<Input>
}
