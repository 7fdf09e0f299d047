namespace LocalHost.Tour;

/// <summary>Where the stories play: the desk, the business clock, and what is told to whoever watches.</summary>
public sealed class TourStage(Desk desk, TimeProvider clock, Action<TourStory, string> tell)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    public Desk Desk => desk;

    public DateTimeOffset Now => clock.GetUtcNow().ToOffset(TimeSpan.FromHours(9));

    public void Tell(TourStory story, string what) => tell(story, what);

    /// <summary>Waits in business time.</summary>
    public Task Wait(TimeSpan businessTime, CancellationToken ct) => Task.Delay(businessTime, clock, ct);

    /// <summary>Watches a case, telling each new entry of its timeline, until it looks as wanted.</summary>
    /// <exception cref="TimeoutException">It did not within a minute of real time.</exception>
    public async Task Until(TourStory story, string id, Func<JsonElement, bool> wanted, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        var seen = _told.GetValueOrDefault(id);
        try
        {
            while (true)
            {
                var view = await desk.Watch(id, limit.Token);
                foreach (var entry in view.GetProperty("timeline").EnumerateArray().Where(entry => entry.GetProperty("seq").GetInt64() > seen))
                {
                    seen = _told[id] = entry.GetProperty("seq").GetInt64();
                    Tell(story, $"{entry.GetProperty("at").GetDateTimeOffset():MM-dd HH:mm}  {entry.GetProperty("what").GetString()}");
                }

                if (wanted(view))
                {
                    return;
                }

                await Task.Delay(Look, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException($"case {id} did not come to its end within 90 s");
        }
    }

    private readonly Dictionary<string, long> _told = [];
}
