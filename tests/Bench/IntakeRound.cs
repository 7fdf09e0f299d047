namespace Bench;

/// <summary>Webhooks, and as many bare starts and raw inserts: half before them and half behind, so that what else the machine does falls on all alike.</summary>
internal sealed record IntakeRound(int Senders, Sending Webhooks, Sending Starts, Sending Inserts, StorageCount OfWebhooks, StorageCount OfStarts)
{
    public static async Task<IntakeRound> Play(
        int senders, int first, int size, WebhookLoad crm, Func<int, CancellationToken, Task> start, RawInserts raw, StorageRequests storage, CancellationToken cancellation)
    {
        var (half, middle) = (size / 2, first + size / 2);
        var prepared = crm.Prepare(first, size);
        var inserts = await Send(first, half, raw.Insert);
        var (starts, ofStarts) = await Counted(first, half, start);
        var (webhooks, ofWebhooks) = await Counted(first, size, (number, ct) => crm.Send(prepared[number - first], ct));
        var (rest, ofRest) = await Counted(middle, size - half, start);
        inserts += await Send(middle, size - half, raw.Insert);
        return new(senders, webhooks, starts + rest, inserts, ofWebhooks, ofStarts + ofRest);

        Task<Sending> Send(int from, int many, Func<int, CancellationToken, Task> send) => Sending.AtOnce(senders, from, many, send, cancellation);

        async Task<(Sending Sent, StorageCount Count)> Counted(int from, int many, Func<int, CancellationToken, Task> send)
        {
            var before = storage.Now;
            return (await Send(from, many, send), storage.Now - before);
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Webhooks.PerSecond:0} webhooks/s beside {Starts.PerSecond:0} bare starts/s and {Inserts.PerSecond:0} raw inserts/s");
}
