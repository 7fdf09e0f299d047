using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Penalties;

/// <summary>Checks of single settings; every text names the setting and what is allowed.</summary>
internal static class SettingRules
{
    public static IEnumerable<string> Required(string setting, string? value) =>
        string.IsNullOrWhiteSpace(value) ? [$"{setting} is missing; a non-empty text is required."] : [];

    public static IEnumerable<string> Positive(string setting, long value) =>
        value > 0 ? [] : [$"{setting} is {value}; a whole number above 0 is required."];

    public static IEnumerable<string> Between(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most ? [] : [$"{setting} is {value}; allowed: {least} to {most}."];

    public static IEnumerable<string> Between(string setting, int value, int least, int most) =>
        value >= least && value <= most ? [] : [$"{setting} is {value}; allowed: {least} to {most}."];

    public static IEnumerable<string> HttpUrl(string setting, Uri? value) =>
        value is { IsAbsoluteUri: true, Scheme: "http" or "https" } ? [] : [$"{setting} is '{value}'; an absolute http or https URL is required."];

    /// <summary>Binds a section and checks it when the host starts: a wrong setting stops the start.</summary>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string section, Func<TOptions, IEnumerable<string>> problems)
        where TOptions : class
    {
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((_, settings) => CheckValues<TOptions>(settings.GetSection(section)))
            .BindConfiguration(section)
            .ValidateOnStart();
        return services.AddSingleton<IValidateOptions<TOptions>>(new Check<TOptions>(problems));
    }

    private static void CheckValues<TOptions>(IConfigurationSection section)
    {
        if (SettingValues.Problems(typeof(TOptions), section).ToList() is { Count: > 0 } problems)
        {
            throw new OptionsValidationException(section.Path, typeof(TOptions), problems);
        }
    }

    /// <summary>The same address with a slash at its end, so that relative paths are added to it rather than replacing its last step.</summary>
    public static Uri Dir(this Uri address) =>
        address.AbsoluteUri.EndsWith('/') ? address : new($"{address.AbsoluteUri}/");

    private sealed class Check<TOptions>(Func<TOptions, IEnumerable<string>> problems) : IValidateOptions<TOptions>
        where TOptions : class
    {
        public ValidateOptionsResult Validate(string? name, TOptions options) =>
            problems(options).ToList() is { Count: > 0 } found ? ValidateOptionsResult.Fail(found) : ValidateOptionsResult.Success;
    }
}
