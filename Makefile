# Two commands for a newcomer: `make demo` edits a photograph, `make test` runs every test.
# Both install the system libraries that are missing (Debian, Ubuntu) and need nothing but Swift 6.2 or newer.

PACKAGES := pkg-config libpng-dev libjpeg-dev libtiff-dev liblcms2-dev
LIBRARIES := libpng libjpeg libtiff-4 lcms2
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SWIFT_FLAGS :=
SPARSEDIT = $$(swift build -c release --show-bin-path)/sparsedit

.PHONY: setup build demo test format lint clean

setup:
	@command -v swift >/dev/null || { echo "Swift 6.2 or newer is needed: https://swift.org/install"; exit 1; }
	@pkg-config --exists $(LIBRARIES) 2>/dev/null || { \
	  echo "Installing $(PACKAGES)"; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends $(PACKAGES); }

build: setup
	swift build -c release --product sparsedit $(SWIFT_FLAGS)

demo: build
	@mkdir -p demo
	$(SPARSEDIT) inpaint --image samples/street.jpg --mask masks/street.png \
	  --prompt "fresh green grass" --seed 7 --output demo/street.png
	@echo "Before: samples/street.jpg   Mask: masks/street.png   After: demo/street.png"

# Inference without optimisation is a hundred times slower: the tests run in the release configuration.
test: setup
	swift test -c release -Xswiftc -enable-testing $(SWIFT_FLAGS)

format:
	swift format -i -r -p Sources Tests Examples Package.swift

lint:
	swift format lint --strict -r -p Sources Tests Examples Package.swift

clean:
	swift package clean
	rm -rf demo
