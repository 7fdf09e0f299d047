using System.Net.Http.Json;

namespace LocalHost.Sandbox.Sms;

/// <summary>
/// Posts the results of messages to where they were asked for: five tries, only 200 counts. Without an address nothing is sent. Repeated or in
/// another order when it was told so.
/// </summary>
internal sealed class DeliveryReports(OutgoingCalls outgoing, TimeSpan retryAfter, WorkTracker? work, CancellationToken stopping)
{
    private const int MostTries = 5;

    private readonly Lock _gate = new();
    private readonly List<DeliveryReport> _done = [];
    private readonly List<Report> _gathered = [];
    private SmsReports _order = new(Url: null);
    private Draws? _draws;

    /// <summary>From now on; what was gathered until now is posted to where it was to go.</summary>
    public void To(SmsReports order)
    {
        lock (_gate)
        {
            PostGathered();
            _order = order;
            _draws = order.ShuffleSeed is { } seed ? new(seed) : null;
        }
    }

    /// <summary>Begins before it returns, so that nobody sees idleness between a message and its report.</summary>
    /// <param name="body">In the words of the message's provider.</param>
    /// <param name="header">Signs the report, where the provider signs.</param>
    public void Send(IReadOnlyList<string> messageIds, object body, (string Name, string Value)? header = null)
    {
        lock (_gate)
        {
            if (_order.Url is not { } url)
            {
                return;
            }

            _gathered.AddRange(Enumerable.Repeat(new Report(url, messageIds, body, header), _order.Repeat));
            if (_gathered.Count >= (_order.ShuffleOf ?? 1) * _order.Repeat)
            {
                PostGathered();
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
            _gathered.Clear();
            _order = new(Url: null);
            _draws = null;
        }
    }

    /// <summary>The caller holds the lock.</summary>
    private void PostGathered()
    {
        Report[] reports = [.. _gathered];
        _gathered.Clear();
        _draws?.Shuffle(reports);
        if (reports.Length > 0)
        {
            var underWay = work?.Begin("delivery report");
            _ = Task.Run(() => Post(reports, underWay), CancellationToken.None);
        }
    }

    private async Task Post(IReadOnlyList<Report> reports, IDisposable? underWay)
    {
        using (underWay)
        {
            foreach (var report in reports)
            {
                await Post(report);
            }
        }
    }

    private async Task Post(Report report)
    {
        var tries = 0;
        int? status = null;
        while (tries < MostTries && status != 200 && !stopping.IsCancellationRequested)
        {
            tries++;
            status = await Try(report.Url, report.Body, report.Header);
            if (status != 200 && tries < MostTries)
            {
                await Task.Delay(retryAfter, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        lock (_gate)
        {
            _done.Add(new(report.MessageIds, tries, status));
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

    private sealed record Report(string Url, IReadOnlyList<string> MessageIds, object Body, (string Name, string Value)? Header);
}
