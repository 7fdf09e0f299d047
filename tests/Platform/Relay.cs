using System.Net;
using System.Net.Sockets;
using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>How a storage service behaves for those who reach it over a relay.</summary>
public enum Line
{
    Passes,

    /// <summary>Connections are cut as soon as they are made.</summary>
    Refuses,

    /// <summary>Connections are taken, and nothing comes back.</summary>
    Hangs,
}

/// <summary>A loopback port in front of another one, whose line can be cut, or stop a request on its way or its answer on the way back.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private CancellationTokenSource _connections = new();
    private TaskCompletionSource _felt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Line _line;
    private RequestStop? _stop;

    private Relay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends when somebody has tried the line since it was cut.</summary>
    public Task Felt => _felt.Task;

    /// <summary>Hears each request that was answered.</summary>
    public Action<string>? Hear { get; set; }

    /// <summary>Nobody wants to know the requests: they need not be read.</summary>
    public bool IsDeaf => Hear is null && _stop is null;

    public static Relay To(int port) => new(port);

    /// <summary>From now on; connections that stand are cut.</summary>
    public void Be(Line line)
    {
        lock (_gate)
        {
            _line = line;
            _felt = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _connections.Cancel();
            _connections = new();
        }
    }

    /// <summary>Stops the next request that holds all of these words: before it takes effect, or its answer after it did.</summary>
    public RequestStop Stop(FaultMoment moment, params string[] words) => _stop = new(moment, words);

    /// <summary>The order to stop this request, which is then carried out.</summary>
    public RequestStop? TakeStop(string request)
    {
        lock (_gate)
        {
            var stop = _stop;
            if (stop?.IsFor(request) != true)
            {
                return null;
            }

            _stop = null;
            return stop;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Be(Line.Refuses);
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Accept()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync();
            lock (_gate)
            {
                if (_line is not Line.Passes)
                {
                    _felt.TrySetResult();
                }

                _ = Serve(client, _line, _connections.Token);
            }
        }
    }

    private async Task Serve(TcpClient client, Line line, CancellationToken cut)
    {
        using (client)
        {
            client.LingerState = new(enable: true, seconds: 0); // a cut connection is reset, not ended politely
            try
            {
                if (line is Line.Hangs)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cut);
                }
                else if (line is Line.Passes)
                {
                    using var service = new TcpClient { NoDelay = true };
                    client.NoDelay = true;
                    await service.ConnectAsync(IPAddress.Loopback, _target, cut);
                    await new RelayedConnection(this, client.GetStream(), service.GetStream()).Run(cut);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // Cut, here or there.
            }
        }
    }
}
