using System.Net.Http.Headers;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>Sends webhooks the way Zendesk does.</summary>
internal sealed class WebhookSender(CrmAccount account, OutgoingCalls outgoing)
{
    public async Task<IReadOnlyList<TargetAnswer>> Send(WebhookOrder order, CancellationToken cancellation)
    {
        var webhook = Sign(order);
        var answers = new List<TargetAnswer>();
        for (var i = 0; i < order.Repeat; i++)
        {
            answers.Add(await Send(webhook, cancellation));
        }

        return answers;
    }

    /// <summary>The answers in the order of sending. A target that does not answer is told and keeps no other webhook from being sent.</summary>
    public async Task<IReadOnlyList<WebhookAnswer>> Send(WebhookBatch batch, CancellationToken cancellation)
    {
        SignedWebhook[] webhooks = [.. batch.Webhooks.Select(Sign)];
        var order = batch.Order();
        var answers = new WebhookAnswer[order.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = batch.AtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, order.Count, parallel, async (place, gone) =>
        {
            try
            {
                answers[place] = new(order[place], await Send(webhooks[order[place]], gone), null);
            }
            catch (Exception unanswered) when (unanswered is HttpRequestException or TaskCanceledException && !gone.IsCancellationRequested)
            {
                answers[place] = new(order[place], null, unanswered.Message);
            }
        });
        return answers;
    }

    private SignedWebhook Sign(WebhookOrder order)
    {
        var timestamp = order.Timestamp ?? Stamp.Text(TimeProvider.System.GetUtcNow());
        return new(order, timestamp, Sign(order.Secret ?? account.WebhookSecret, timestamp, order.Body), order.InvocationId ?? Guid.NewGuid().ToString("N"));
    }

    private async Task<TargetAnswer> Send(SignedWebhook webhook, CancellationToken cancellation)
    {
        var content = new StringContent(webhook.Order.Body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Order.TargetUrl) { Content = content };
        request.Headers.Add("X-Zendesk-Webhook-Signature", webhook.Signature);
        request.Headers.Add("X-Zendesk-Webhook-Signature-Timestamp", webhook.Timestamp);
        request.Headers.Add("X-Zendesk-Account-Id", webhook.Order.AccountId ?? account.AccountId);
        request.Headers.Add("X-Zendesk-Webhook-Id", webhook.Order.WebhookId ?? account.WebhookId);
        request.Headers.Add("X-Zendesk-Webhook-Invocation-Id", webhook.InvocationId);
        return await outgoing.Send(request, cancellation);
    }

    /// <summary>base64(HMAC-SHA256(timestamp + body)), the secret's text as key; no separator, the timestamp as it is sent.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(timestamp + body)));

    /// <summary>What is the same each time one webhook is sent.</summary>
    private sealed record SignedWebhook(WebhookOrder Order, string Timestamp, string Signature, string InvocationId);
}
