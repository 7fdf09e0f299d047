using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Worker;

/// <summary>Has functions run in whichever worker runs now.</summary>
/// <param name="worker">The worker of this moment.</param>
/// <param name="limit">How long one invocation may take (host.json's functionTimeout); null is without limit.</param>
internal sealed class FunctionInvoker(Func<AppWorker> worker, TimeSpan? limit)
{
    /// <summary>How long a function may take to obey its cancelled token.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What the durable extension writes for a client binding; empty while there is no durable host.</summary>
    public string DurableClient { get; set; } = "";

    /// <summary>The worker's web server; null for an app without ASP.NET Core integration, whose requests go over the stream.</summary>
    public Uri? WebServer => worker().HttpUri;

    /// <summary>
    /// Has a function run with what its trigger gives; metadata holds values by which parameters are bound. Cancelling asks the function to stop, and
    /// its end is waited for all the same.
    /// </summary>
    /// <exception cref="FunctionFailedException">The function failed.</exception>
    /// <exception cref="FunctionTimeoutException">It took longer than it may.</exception>
    /// <exception cref="WorkerGoneException">There is no worker now, or it went away.</exception>
    public async Task<InvocationResponse> Invoke(
        string name, TypedData trigger, IEnumerable<KeyValuePair<string, TypedData>>? metadata = null, string? invocationId = null,
        RetryContext? retry = null, CancellationToken cancellation = default)
    {
        var running = worker();
        var function = running.Functions.GetValueOrDefault(name) ?? throw new WorkerGoneException();
        var request = new InvocationRequest { InvocationId = invocationId ?? Guid.NewGuid().ToString(), FunctionId = function.Metadata.FunctionId, RetryContext = retry };
        request.InputData.Add(new ParameterBinding { Name = function.Trigger!.Name, Data = trigger });
        request.InputData.AddRange(function.Bindings.Where(static binding => binding.Is(BindingTypes.DurableClient))
            .Select(binding => new ParameterBinding { Name = binding.Name, Data = new() { String = DurableClient } }));
        foreach (var (key, value) in metadata ?? [])
        {
            request.TriggerMetadata[key] = value;
        }

        using var span = HostTelemetry.Begin(name);
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timed.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
        try
        {
            return await running.Invoke(request, timed.Token).WaitAsync(limit + Grace ?? Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            throw new FunctionTimeoutException(name, limit!.Value, e);
        }
    }
}

/// <summary>A function ended with an exception. The layout of the text is a contract: the durable extension reads failure details out of it.</summary>
internal sealed class FunctionFailedException(StatusResult result) : Exception(
    $"Result: Failure\nException: {result.Exception?.Message}\nStack: {result.Exception?.StackTrace}")
{
    /// <summary>A cold worker on a busy machine gives an HTTP function up before it has begun; what was asked can be asked again.</summary>
    public bool HasNotBegun { get; } = result.Exception?.Message.StartsWith("Timed out waiting for the ", StringComparison.Ordinal) is true;
}

/// <summary>
/// The worker went away before it answered. The text is a contract: the durable extension aborts a work item that fails with it and tries again,
/// instead of failing the orchestration.
/// </summary>
internal sealed class WorkerGoneException() : InvalidOperationException("Did not find any initialized language workers");

/// <summary>A function took longer than host.json's functionTimeout and did not stop when it was asked to.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan limit, Exception cause)
    : Exception($"Function '{function}' did not end within {limit} (functionTimeout).", cause);
