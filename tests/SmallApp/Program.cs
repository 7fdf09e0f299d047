using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmallApp;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton<Seen>();
builder.Services.AddSingleton<Greeting>();
builder.Services.AddSingleton<Gate>();

// Settings by which tests have the app refuse to start.
if (builder.Configuration["SmallApp:Wrong"] is { } wrong)
{
    throw new AggregateException(wrong.Split('|').Select(static one => new OptionsValidationException("Small", typeof(Greeting), [one])));
}

if (builder.Configuration["SmallApp:RunsNothing"] is null)
{
    builder.Build().Run();
}
