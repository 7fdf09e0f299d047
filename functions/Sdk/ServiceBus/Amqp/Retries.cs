using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>Runs an operation of the client: bounded in time, tried again after transient faults, failing with the client's exceptions.</summary>
internal sealed class Retries(ServiceBusRetryOptions options)
{
    public TimeSpan TryTimeout => options.TryTimeout;

    /// <param name="entityPath">Named in the exception.</param>
    /// <param name="operation">One attempt.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <param name="extraTime">How long an attempt may take beyond the try time-out, as when it waits for messages.</param>
    public async Task<T> Run<T>(
        string? entityPath, Func<CancellationToken, Task<T>> operation, CancellationToken cancellation, TimeSpan extraTime = default)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await Try(entityPath, operation, extraTime, cancellation);
            }
            catch (ServiceBusException fault) when (fault.IsTransient && attempt < options.MaxRetries)
            {
                await Task.Delay(Delay(attempt), cancellation);
            }
        }
    }

    public Task Run(string? entityPath, Func<CancellationToken, Task> operation, CancellationToken cancellation) => Run(
        entityPath,
        async token =>
        {
            await operation(token);
            return true;
        },
        cancellation);

    private async Task<T> Try<T>(string? entityPath, Func<CancellationToken, Task<T>> operation, TimeSpan extraTime, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.TryTimeout + extraTime);
        try
        {
            return await operation(limit.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw AmqpErrors.TimedOut(entityPath, options.TryTimeout, late);
        }
        catch (Exception fault) when (AmqpErrors.IsWireFault(fault))
        {
            throw AmqpErrors.ToPublic(fault, entityPath);
        }
    }

    private TimeSpan Delay(int attempt)
    {
        var delay = options.Mode == ServiceBusRetryMode.Fixed ? options.Delay : options.Delay * Math.Pow(2, attempt);
        return delay < options.MaxDelay ? delay : options.MaxDelay;
    }
}
