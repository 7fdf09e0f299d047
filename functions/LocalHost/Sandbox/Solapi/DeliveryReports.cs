using System.Net.Http.Json;
using LocalHost.Clock;

namespace LocalHost.Sandbox.Solapi;

/// <summary>Posts the results of messages to where they were asked for: five tries, only 200 counts. Without an address nothing is sent.</summary>
internal sealed class DeliveryReports(OutgoingCalls outgoing, TimeSpan retryAfter, WorkTracker? work, CancellationToken stopping)
{
    private const int MostTries = 5;

    private readonly Lock _gate = new();
    private readonly List<DeliveryReport> _done = [];
    private string? _url;

    public void To(string? url)
    {
        lock (_gate)
        {
            _url = url;
        }
    }

    /// <summary>Begins before it returns, so that nobody sees idleness between a message and its report.</summary>
    public void Send(IReadOnlyList<string> messageIds, IReadOnlyList<object> messages)
    {
        lock (_gate)
        {
            if (_url is { } url)
            {
                var underWay = work?.Begin("delivery report");
                _ = Task.Run(() => Post(url, messageIds, messages, underWay), CancellationToken.None);
            }
        }
    }

    public IReadOnlyList<DeliveryReport> Snapshot()
    {
        lock (_gate)
        {
            return [.. _done];
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _done.Clear();
            _url = null;
        }
    }

    private async Task Post(string url, IReadOnlyList<string> messageIds, IReadOnlyList<object> messages, IDisposable? underWay)
    {
        using (underWay)
        {
            var tries = 0;
            int? status = null;
            while (tries < MostTries && status != 200 && !stopping.IsCancellationRequested)
            {
                tries++;
                status = await Try(url, messages);
                if (status != 200 && tries < MostTries)
                {
                    await Task.Delay(retryAfter, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            lock (_gate)
            {
                _done.Add(new(messageIds, tries, status));
            }
        }
    }

    /// <summary>The status, or null when nobody answered: that is the report's result, which the next try may better.</summary>
    private async Task<int?> Try(string url, IReadOnlyList<object> messages)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(messages, options: SandboxJson.Camel) };
            return (await outgoing.Send(request, stopping)).Status;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
