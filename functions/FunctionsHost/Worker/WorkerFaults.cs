using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Worker;

/// <summary>A function ended with an exception. The layout of the text is a contract: the durable extension reads failure details out of it.</summary>
internal sealed class FunctionFailedException(StatusResult result) : Exception(
    $"Result: Failure\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}");

/// <summary>
/// The worker went away before it answered. The text is a contract: the durable extension aborts a work item that fails with it and tries again,
/// instead of failing the orchestration.
/// </summary>
internal sealed class WorkerGoneException() : InvalidOperationException("Did not find any initialized language workers");

/// <summary>A function took longer than host.json's functionTimeout and did not stop when it was asked to.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan limit, Exception cause)
    : Exception($"Function '{function}' did not end within {limit} (functionTimeout).", cause);
