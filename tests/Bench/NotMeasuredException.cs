namespace Bench;

/// <summary>What was to be measured did not happen; the text says what did.</summary>
internal sealed class NotMeasuredException(string message) : Exception(message);
