namespace Bench;

/// <summary>What was to be measured did not happen; the text says what did.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
