using System.Net.Http.Json;
using LocalHost.Clock;

namespace LocalHost.Sandbox.Sms;

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
    /// <param name="body">In the words of the message's provider.</param>
    /// <param name="header">Signs the report, where the provider signs.</param>
    public void Send(IReadOnlyList<string> messageIds, object body, (string Name, string Value)? header = null)
    {
        lock (_gate)
        {
            if (_url is { } url)
            {
                var underWay = work?.Begin("delivery report");
                _ = Task.Run(() => Post(url, messageIds, body, header, underWay), CancellationToken.None);
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

    private async Task Post(
        string url, IReadOnlyList<string> messageIds, object body, (string Name, string Value)? header, IDisposable? underWay)
    {
        using (underWay)
        {
            var tries = 0;
            int? status = null;
            while (tries < MostTries && status != 200 && !stopping.IsCancellationRequested)
            {
                tries++;
                status = await Try(url, body, header);
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
    private async Task<int?> Try(string url, object body, (string Name, string Value)? header)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Content = JsonContent.Create(body, body.GetType(), options: SandboxJson.Camel),
            };
            if (header is { } signature)
            {
                request.Headers.Add(signature.Name, signature.Value);
            }

            return (await outgoing.Send(request, stopping)).Status;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
