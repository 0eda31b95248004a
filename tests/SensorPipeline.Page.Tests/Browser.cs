using Microsoft.Playwright;
using Xunit;

namespace SensorPipeline.Page.Tests;

/// <summary>Debian's Chromium. The driver comes with its package, the browser does not: tests are skipped where there is none.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright playwright;
    private readonly IBrowser chromium;

    private Browser(IPlaywright playwright, IBrowser chromium)
    {
        this.playwright = playwright;
        this.chromium = chromium;
    }

    public static string? Executable { get; } = Places.FirstOrDefault(File.Exists);

    public static void SkipWhereThereIsNone() => Assert.SkipWhen(Executable is null, "chromium is missing; on Debian: apt-get install chromium");

    public static async Task<Browser> StartAsync()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            // A container's root has no sandbox to give.
            ExecutablePath = Executable, Args = ["--no-sandbox"],
        }));
    }

    /// <summary>A window of its own, without history or storage.</summary>
    public async Task<Tab> OpenAsync(string address, int width = 1280, int height = 900, ColorScheme theme = ColorScheme.Light)
    {
        IBrowserContext window = await chromium.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce,
        });
        return new Tab(address, window, await window.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        playwright.Dispose();
    }
}
