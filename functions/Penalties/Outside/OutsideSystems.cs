using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Penalties.Outside;

/// <summary>The outside systems by name, and how calls to one are made: with time-outs, a breaker and a bound on how many run at once.</summary>
internal static class OutsideSystems
{
    public const string Crm = "crm";
    public const string Board = "board";
    public const string DriverAdmin = "driver-admin";
    public const string Sms = "sms";

    public static readonly IReadOnlyList<string> All = [Crm, Board, DriverAdmin, Sms];

    /// <summary>Calls that wait while as many as may are running.</summary>
    private const int Queue = 10_000;

    /// <summary>What is added to the client later stands inside the repeats: every one of them goes through it anew.</summary>
    public static IHttpClientBuilder AddOutsideSystem<TClient>(this IServiceCollection services, string system)
        where TClient : class
    {
        // The factory's own loggers write whole addresses, and a board's address ends in its token.
        var client = services.AddHttpClient<TClient>().RemoveAllLoggers();
        client.AddStandardResilienceHandler().Configure((options, provider) => Configure(
            options, provider.GetRequiredService<IOptions<ResilienceOptions>>().Value, provider.GetRequiredService<Breakers>(), system));
        return client.AddHttpMessageHandler(static () => new WholeAnswer());
    }

    /// <summary>A write is repeated by its step, which looks first whether it took effect; only reads are repeated on the spot.</summary>
    private static void Configure(HttpStandardResilienceOptions options, ResilienceOptions settings, Breakers breakers, string system)
    {
        options.Retry.DisableForUnsafeHttpMethods();
        options.Retry.MaxRetryAttempts = 2;
        options.Retry.Delay = settings.RepeatAfter;
        options.AttemptTimeout.Timeout = settings.AttemptTimeout;
        options.TotalRequestTimeout.Timeout = settings.CallTimeout;
        options.RateLimiter.DefaultRateLimiterOptions = new ConcurrencyLimiterOptions
        {
            PermitLimit = settings.ConcurrentCalls,
            QueueLimit = Queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
        options.CircuitBreaker.MinimumThroughput = settings.BreakerCalls;
        options.CircuitBreaker.FailureRatio = settings.BreakerRatio;
        options.CircuitBreaker.SamplingDuration = settings.Sampling;
        options.CircuitBreaker.BreakDuration = settings.BreakFor;
        options.CircuitBreaker.StateProvider = breakers.Of(system);

        // A system that asks for patience is well; it says itself how long.
        options.CircuitBreaker.ShouldHandle = static args => ValueTask.FromResult(IsFailure(args.Outcome));
        options.Retry.ShouldHandle = static args => ValueTask.FromResult(
            IsFailure(args.Outcome) && args.Context.GetRequestMessage()?.Method is { } method && (method == HttpMethod.Get || method == HttpMethod.Head));
    }

    private static bool IsFailure(Outcome<HttpResponseMessage> outcome) =>
        HttpClientResiliencePredicates.IsTransient(outcome) && outcome.Result?.StatusCode is not HttpStatusCode.TooManyRequests;

    /// <summary>Reads the body inside the time-outs, repeats and breaker, which else end with the headers: one that does not end would be waited for for ever.</summary>
    private sealed class WholeAnswer : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            try
            {
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                return answer;
            }
            catch
            {
                answer.Dispose();
                throw;
            }
        }
    }
}
