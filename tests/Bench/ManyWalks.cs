using Microsoft.DurableTask.Client;

namespace Bench;

/// <summary>Orchestrations of the bare app side by side.</summary>
internal sealed class ManyWalks(FunctionsHost host) : IDisposable
{
    private const int Senders = 16;

    private static readonly TimeSpan UntilDone = TimeSpan.FromDays(4);
    private static readonly TimeSpan Stride = TimeSpan.FromMinutes(11);

    private readonly BareStarts _starts = new(host.BaseAddress, Senders);
    private int _next;

    public async Task Play(int many, EngineHistory pattern, CancellationToken cancellation)
    {
        var first = _next;
        _next += many;
        await Sending.AtOnce(Senders, first, many, (number, ct) => _starts.Send(number, pattern.Activities, pattern.Timers, ct), cancellation);
        await host.WhenIdle(cancellation);
        await host.LeapTo(host.Clock.GetUtcNow() + UntilDone, Stride, cancellation);
        for (var number = first; number < _next; number++)
        {
            var end = await host.DurableClient.GetInstanceAsync(BareStarts.IdOf(number), cancellation);
            if (end?.RuntimeStatus is not OrchestrationRuntimeStatus.Completed)
            {
                throw new NotMeasuredException($"A bare orchestration did not come to its end: {end?.RuntimeStatus}.");
            }
        }
    }

    public void Dispose() => _starts.Dispose();
}
