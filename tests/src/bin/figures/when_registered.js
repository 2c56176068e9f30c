// Runs before the console: notes when the page shows that it is registered, in milliseconds since it was asked for.
(() => {
    const says = (status) => status.textContent.trim() === "Registered";
    window.whenRegistered = new Promise((tell) => {
        const look = () => {
            if ([...document.querySelectorAll("[role=status]")].some(says)) tell(performance.now());
            else requestAnimationFrame(look);
        };
        look();
    });
})();
