using System.Net.Sockets;
using System.Text;
using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>One connection over a relay. HTTP/1.1 has one request under way on it: what came since the last answer.</summary>
internal sealed class RelayedConnection(Relay relay, NetworkStream client, NetworkStream service)
{
    private readonly MemoryStream _request = new();
    private volatile RequestStop? _stop;

    public Task Run(CancellationToken cut) => Task.WhenAny(Requests(cut), Answers(cut));

    private async Task Requests(CancellationToken cut)
    {
        var buffer = new byte[1 << 16];
        while (await client.ReadAsync(buffer, cut) is > 0 and var count)
        {
            if (Stop(buffer.AsSpan(0, count)) is { } stop)
            {
                if (stop.Moment is FaultMoment.Before)
                {
                    await stop.Hold(cut);
                    return;
                }

                _stop = stop;
            }

            await service.WriteAsync(buffer.AsMemory(0, count), cut);
        }
    }

    private async Task Answers(CancellationToken cut)
    {
        var buffer = new byte[1 << 16];
        while (await service.ReadAsync(buffer, cut) is > 0 and var count)
        {
            if (_stop is { } stop)
            {
                await stop.Hold(cut);
                return;
            }

            // Before the answer goes out: the next request follows it.
            if (Taken() is { Length: > 0 } request)
            {
                relay.Hear?.Invoke(request);
            }

            await client.WriteAsync(buffer.AsMemory(0, count), cut);
        }
    }

    private RequestStop? Stop(ReadOnlySpan<byte> more)
    {
        if (relay.IsDeaf)
        {
            return null;
        }

        lock (_request)
        {
            _request.Write(more);
            return relay.TakeStop(Text());
        }
    }

    private string Taken()
    {
        lock (_request)
        {
            var text = Text();
            _request.SetLength(0);
            return text;
        }
    }

    private string Text() => Encoding.UTF8.GetString(_request.GetBuffer().AsSpan(0, (int)_request.Length));
}

/// <summary>An order to stop one request: it, or the answer to it, stays where it is until it is let go, and then is lost.</summary>
internal sealed class RequestStop(FaultMoment moment, string[] words)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FaultMoment Moment => moment;

    /// <summary>Ends when the request is stopped.</summary>
    public Task Reached => _reached.Task;

    public bool IsFor(string request) => words.All(word => request.Contains(word, StringComparison.Ordinal));

    public Task Hold(CancellationToken cut)
    {
        _reached.TrySetResult();
        return _over.Task.WaitAsync(cut);
    }

    public void LetGo() => _over.TrySetResult();
}
