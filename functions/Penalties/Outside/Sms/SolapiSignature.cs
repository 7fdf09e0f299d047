using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Penalties.Outside.Sms;

/// <summary>Signs each request with a fresh date and salt: hex HMAC-SHA256 of date + salt under the API secret. Repeats are signed anew.</summary>
public sealed class SolapiSignature(IOptions<SolapiOptions> options) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Wall clock, not business clock: the provider compares it with its own.
        var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var salt = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var value = $"apiKey={options.Value.ApiKey}, date={date}, salt={salt}, signature={Of(options.Value.ApiSecret, date, salt)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("HMAC-SHA256", value);
        return base.SendAsync(request, cancellationToken);
    }

    /// <returns>64 lower-case hex digits.</returns>
    public static string Of(string secret, string date, string salt) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(date + salt)));
}
