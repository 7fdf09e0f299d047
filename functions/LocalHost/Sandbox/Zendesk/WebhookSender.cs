using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>Sends webhooks the way Zendesk does.</summary>
internal sealed class WebhookSender(CrmAccount account, OutgoingCalls outgoing)
{
    public async Task<IReadOnlyList<TargetAnswer>> Send(WebhookOrder order, CancellationToken cancellation)
    {
        var timestamp = order.Timestamp ?? Stamp.Text(TimeProvider.System.GetUtcNow());
        var signature = Sign(order.Secret ?? account.WebhookSecret, timestamp, order.Body);
        var invocation = order.InvocationId ?? Guid.NewGuid().ToString("N");

        var answers = new List<TargetAnswer>();
        for (var i = 0; i < order.Repeat; i++)
        {
            var content = new StringContent(order.Body, Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
            using var request = new HttpRequestMessage(HttpMethod.Post, order.TargetUrl) { Content = content };
            request.Headers.Add("X-Zendesk-Webhook-Signature", signature);
            request.Headers.Add("X-Zendesk-Webhook-Signature-Timestamp", timestamp);
            request.Headers.Add("X-Zendesk-Account-Id", order.AccountId ?? account.AccountId);
            request.Headers.Add("X-Zendesk-Webhook-Id", order.WebhookId ?? account.WebhookId);
            request.Headers.Add("X-Zendesk-Webhook-Invocation-Id", invocation);
            answers.Add(await outgoing.Send(request, cancellation));
        }

        return answers;
    }

    /// <summary>base64(HMAC-SHA256(timestamp + body)), the secret's text as key; no separator, the timestamp as it is sent.</summary>
    public static string Sign(string secret, string timestamp, string body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(timestamp + body)));
}
