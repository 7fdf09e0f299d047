using System.Net;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace Penalties.Outside;

/// <summary>
/// An outside system did not do what was asked, and asking again later may help. The only fault an activity throws on purpose:
/// <c>RetryPolicies.Step</c> repeats it. The text holds a code of ours and never a provider's words, which may carry personal data.
/// </summary>
public sealed class OutsideSystemUnavailableException(string system, string operation, string code, Exception? inner = null)
    : Exception($"{system} could not do '{operation}': {code}", inner)
{
    /// <summary>"crm", "board", "driver-admin" or "sms".</summary>
    public string System { get; } = system;

    /// <summary>"http_503", "timed_out", "breaker_open", "bad_answer" …</summary>
    public string Code { get; } = code;
}

/// <summary>One call to an outside system: every way of not getting an answer becomes <see cref="OutsideSystemUnavailableException"/>.</summary>
internal static class OutsideCall
{
    /// <summary>Sends and gives back the answer whatever its status, or throws when there was none.</summary>
    public static async Task<HttpResponseMessage> SendTo(
        this HttpClient http, string system, string operation, HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The inner message may name the URL, and a board URL is a secret: only a code goes on.
            throw new OutsideSystemUnavailableException(system, operation, fault switch
            {
                BrokenCircuitException => "breaker_open",
                RateLimiterRejectedException => "too_many_calls",
                TimeoutRejectedException or OperationCanceledException => "timed_out",
                _ => $"no_answer_{fault.GetType().Name}",
            });
        }
    }

    /// <summary>Throws unless the status is a success.</summary>
    public static HttpResponseMessage OrUnavailable(this HttpResponseMessage response, string system, string operation) =>
        response.IsSuccessStatusCode ? response : throw new OutsideSystemUnavailableException(system, operation, Code(response.StatusCode));

    public static string Code(HttpStatusCode status) => $"http_{(int)status}";

    /// <summary>Reads the answer's JSON; an answer that is not what the contract says counts as no answer.</summary>
    public static async Task<T> ReadAs<T>(this HttpResponseMessage response, string system, string operation, CancellationToken cancellation)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(cancellation)
                ?? throw new OutsideSystemUnavailableException(system, operation, "empty_answer");
        }
        catch (System.Text.Json.JsonException)
        {
            throw new OutsideSystemUnavailableException(system, operation, "bad_answer");
        }
    }
}
