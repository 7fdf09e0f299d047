using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Worker;

/// <summary>Has functions run in whichever worker runs now.</summary>
/// <param name="worker">The worker of this moment.</param>
/// <param name="limit">How long one invocation may take (host.json's functionTimeout); null is without limit.</param>
internal sealed class FunctionInvoker(Func<WorkerChannel> worker, TimeSpan? limit)
{
    /// <summary>How long a function may take to obey its cancelled token.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What the durable extension writes for a client binding; empty while there is no durable host.</summary>
    public string DurableClient { get; set; } = "";

    /// <summary>The web server of the worker.</summary>
    /// <exception cref="WorkerGoneException">There is no worker now.</exception>
    public Uri WebServer => worker().HttpUri ?? throw new WorkerGoneException();

    /// <param name="name">The function's name.</param>
    /// <param name="trigger">What the trigger gives.</param>
    /// <param name="metadata">Values by which parameters are bound, by name.</param>
    /// <param name="invocationId">Null: a new one.</param>
    /// <param name="cancellation">Asks the function to stop; its end is waited for all the same.</param>
    /// <exception cref="FunctionFailedException">The function failed.</exception>
    /// <exception cref="FunctionTimeoutException">It took longer than it may.</exception>
    /// <exception cref="WorkerGoneException">There is no worker now, or it went away.</exception>
    public async Task<InvocationResponse> Invoke(
        string name,
        TypedData trigger,
        IEnumerable<KeyValuePair<string, TypedData>>? metadata = null,
        string? invocationId = null,
        CancellationToken cancellation = default)
    {
        var channel = worker();
        var function = channel.Functions.GetValueOrDefault(name) ?? throw new WorkerGoneException();
        var request = new InvocationRequest { InvocationId = invocationId ?? Guid.NewGuid().ToString(), FunctionId = function.Metadata.FunctionId };
        request.InputData.Add(new ParameterBinding { Name = function.Trigger!.Name, Data = trigger });
        request.InputData.AddRange(function.Bindings.Where(static binding => binding.Is(BindingTypes.DurableClient))
            .Select(binding => new ParameterBinding { Name = binding.Name, Data = new() { String = DurableClient } }));
        foreach (var (key, value) in metadata ?? [])
        {
            request.TriggerMetadata[key] = value;
        }

        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timed.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
        try
        {
            return await channel.Invoke(request, timed.Token).WaitAsync(limit + Grace ?? Timeout.InfiniteTimeSpan, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            throw new FunctionTimeoutException(name, limit!.Value, e);
        }
    }
}
